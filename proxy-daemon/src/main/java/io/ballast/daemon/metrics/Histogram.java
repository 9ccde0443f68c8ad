package io.ballast.daemon.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/** A histogram of durations with upstream's bucket bounds. <em>Thread-safe.</em> */
final class Histogram {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double[] bounds;
    private final AtomicLongArray counts;
    private final DoubleAdder sum = new DoubleAdder();

    /**
     * @param bounds upper bounds in seconds, ascending
     */
    Histogram(double[] bounds) {
        this.bounds = bounds.clone();
        counts = new AtomicLongArray(bounds.length + 1);
    }

    void record(Duration duration) {
        double seconds = duration.toNanos() / NANOS_PER_SECOND;
        int found = Arrays.binarySearch(bounds, seconds);
        counts.incrementAndGet(found >= 0 ? found : -found - 1);
        sum.add(seconds);
    }

    void write(StringBuilder out, MetricFamily family, String labels) {
        long[] copy = new long[counts.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        Exposition.histogram(out, family, labels, bounds, copy, sum.sum());
    }
}
