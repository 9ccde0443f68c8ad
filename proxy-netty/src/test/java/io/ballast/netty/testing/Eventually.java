package io.ballast.netty.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits for what happens on other threads, and no longer than it takes. */
public final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private Eventually() {}

    /** Fails when the condition does not hold within twenty seconds. */
    public static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                throw new AssertionError("did not happen in " + DEADLINE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** The value of something that grows, once it has not changed for a while. */
    public static long settled(LongSupplier value) {
        long last = value.getAsLong();
        long since = System.nanoTime();
        while (System.nanoTime() - since < SETTLED_NANOS) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long now = value.getAsLong();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
        }
        return last;
    }
}
