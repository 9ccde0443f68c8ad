package io.ballast.core.stats;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** A histogram of durations with fixed buckets, 100 microseconds to 10 seconds. <em>Thread-safe, wait-free.</em> */
public final class DurationHistogram {
    /** Upper bounds in seconds; what is longer counts in one more bucket. */
    public static final List<Double> BOUNDS_SECONDS = List.of(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long[] BOUNDS_NANOS = BOUNDS_SECONDS.stream()
            .mapToLong(bound -> Math.round(bound * NANOS_PER_SECOND))
            .toArray();

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS_NANOS.length + 1);
    private final LongAdder sumNanos = new LongAdder();

    /** Counts one more duration. */
    public void record(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        counts.incrementAndGet(bucket);
        sumNanos.add(nanos);
    }

    /** Count of each bucket, not cumulated; the last one has no bound. */
    public long[] counts() {
        long[] copy = new long[counts.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }

    public double sumSeconds() {
        return sumNanos.sum() / NANOS_PER_SECOND;
    }
}
