package io.ballast.netty.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a condition with a deadline. */
public final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    /** Looking may cost a command; so the longer it took so far, the less often. */
    private static final long SHORTEST_PAUSE_NANOS = 1_000_000;

    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private Await() {}

    /** Returns once the condition holds; fails the test when it does not within 20 seconds. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, DEADLINE, condition);
    }

    /** As {@link #until(String, Callable)}, for what takes longer even when all goes well. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            long waited = System.nanoTime() - start;
            if (waited > limit.toNanos()) {
                throw new AssertionError("waited " + limit.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(Math.max(SHORTEST_PAUSE_NANOS, Math.min(waited / 8, LONGEST_PAUSE_NANOS)));
        }
    }
}
