package io.ballast.daemon.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers requests. Called on the server's loop: must not block, and leaves long bodies to {@link BodySource}. */
@FunctionalInterface
public interface Responder {
    HttpReply answer(HttpCall call);

    /** For answers that other threads have a part in; completed on any thread. */
    default CompletionStage<HttpReply> answerLater(HttpCall call) {
        return CompletableFuture.completedFuture(answer(call));
    }
}
