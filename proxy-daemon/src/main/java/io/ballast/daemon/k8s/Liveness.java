package io.ballast.daemon.k8s;

import io.ballast.core.spi.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Whether a server that says nothing is still there. After some silence it is asked something small; without an answer it
 * is given up, so that a connection whose packets are swallowed is not waited for until TCP gives up. client-go asks by
 * HTTP/2's ping, which the JDK's client does not send; a request goes through the same HTTP/2 connection. One for all
 * requests of a client. Thread-safe.
 */
final class Liveness {
    /**
     * When to ask, and when to give up.
     *
     * @param quiet nothing arrives for so long before the server is asked
     * @param answer how long it may take to answer
     */
    record Limits(Duration quiet, Duration answer) {
        /** Of client-go: {@code readIdleTimeoutSeconds} and {@code pingTimeoutSeconds} in apimachinery's util/net/http.go. */
        static final Limits STANDARD = new Limits(Duration.ofSeconds(30), Duration.ofSeconds(15));
    }

    private final Limits limits;
    private final Ticker ticker;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile long heardNanos;

    Liveness(Limits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
        this.heardNanos = ticker.nanos();
    }

    /** Something arrived. */
    void heard() {
        heardNanos = ticker.nanos();
    }

    /**
     * Asks the server if nothing arrived for too long. Does not wait.
     *
     * @param question sends a request and has its answer
     * @param dead runs on another thread when that has none
     * @return after how long to come here again
     */
    Duration check(Supplier<CompletableFuture<?>> question, Runnable dead) {
        long quiet = limits.quiet().toNanos() - (ticker.nanos() - heardNanos);
        if (quiet > 0) {
            return Duration.ofNanos(quiet);
        }
        if (asking.compareAndSet(false, true)) {
            question.get()
                    .orTimeout(limits.answer().toNanos(), TimeUnit.NANOSECONDS)
                    .whenCompleteAsync((answer, error) -> answered(error == null, dead));
        }
        return limits.quiet();
    }

    private void answered(boolean isAlive, Runnable dead) {
        heard();
        asking.set(false);
        if (!isAlive) {
            dead.run();
        }
    }
}
