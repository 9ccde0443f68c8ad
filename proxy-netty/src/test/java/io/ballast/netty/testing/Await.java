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
        until(what, DEADLINE, condition);
    }

    /** As {@link #until(String, Callable)}, for what takes longer even when all goes well. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + limit.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
