package io.ballast.netty.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a condition with a deadline. */
public final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final long POLL_NANOS = 1_000_000;

    private Await() {}

    /** Returns once the condition holds; fails the test when it does not within 20 seconds. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + DEADLINE.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
