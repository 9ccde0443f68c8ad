package io.ballast.daemon.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;

/** The API server answered, and the answer is an error. */
final class ApiException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int GONE = 410;
    /** A server that was set back to an older state says so, with 504. */
    private static final String FROM_THE_FUTURE = "Too large resource version";

    private final int code;
    private final Duration retryAfter;

    ApiException(int code, String message, Duration retryAfter) {
        super(message);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** The error of a watch's ERROR event. */
    static ApiException ofStatus(JsonNode status) {
        int code = status.path("code").asInt(500);
        return new ApiException(code, code + " " + status.path("message").asText(""), Duration.ZERO);
    }

    int code() {
        return code;
    }

    /** What the server asked to wait, zero when it did not. */
    Duration retryAfter() {
        return retryAfter;
    }

    /** The version to list or watch from is no longer known, or not yet. */
    boolean isGone() {
        return code == GONE || String.valueOf(getMessage()).contains(FROM_THE_FUTURE);
    }

    /** Whether the same request may succeed later; otherwise only another one can. */
    boolean isTemporary() {
        return code >= 500 || code == 401 || code == 403 || code == 408 || code == 429;
    }
}
