package io.ballast.netty.tcp;

import io.ballast.core.model.RefuseReason;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the accepted connections of all event loops: the one number that they share. <em>Thread-safe.</em>
 *
 * <p>Once closed for new connections it tells when the last one has ended.
 */
final class OpenConnections {
    private final int limit;
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closed;

    /** @param limit 0 means none */
    OpenConnections(int limit) {
        this.limit = limit;
    }

    /** Counts one more connection, or says why there may be none. */
    Optional<RefuseReason> enter() {
        int now = count.incrementAndGet();
        if (closed) {
            leave();
            return Optional.of(RefuseReason.SHUTTING_DOWN);
        }
        if (limit > 0 && now > limit) {
            leave();
            return Optional.of(RefuseReason.MAX_CONNECTIONS);
        }
        return Optional.empty();
    }

    void leave() {
        if (count.decrementAndGet() == 0 && closed) {
            ended.complete(null);
        }
    }

    int count() {
        return count.get();
    }

    /** No more connections. The result is complete when none is left. */
    CompletableFuture<Void> close() {
        closed = true;
        if (count.get() == 0) {
            ended.complete(null);
        }
        return ended;
    }
}
