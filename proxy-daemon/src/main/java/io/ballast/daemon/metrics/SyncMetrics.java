package io.ballast.daemon.metrics;

import io.ballast.core.model.IpFamily;
import io.ballast.core.spi.SyncObserver.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How the syncs of one address family went. <em>Thread-safe.</em> */
final class SyncMetrics {
    /** {@code prometheus.ExponentialBuckets(0.001, 2, 15)}. */
    private static final double[] SYNC_BUCKETS =
            DoubleStream.iterate(0.001, bound -> bound * 2).limit(15).toArray();

    /** Upstream's: 0.25, 0.5, 1 to 59 by 1, 60 to 115 by 5, 120 to 300 by 30 seconds. */
    private static final double[] PROGRAMMING_BUCKETS = DoubleStream.concat(
                    DoubleStream.of(0.25, 0.5),
                    IntStream.concat(
                                    IntStream.rangeClosed(1, 59),
                                    IntStream.concat(
                                            IntStream.iterate(60, bound -> bound <= 115, bound -> bound + 5),
                                            IntStream.iterate(120, bound -> bound <= 300, bound -> bound + 30)))
                            .asDoubleStream())
            .toArray();

    private static final double MILLIS_PER_SECOND = 1e3;

    private final String label;
    private final Histogram duration = new Histogram(SYNC_BUCKETS);
    private final Histogram programming = new Histogram(PROGRAMMING_BUCKETS);
    private final AtomicLong lastSyncMillis = new AtomicLong();
    private final AtomicLong lastQueuedMillis = new AtomicLong();
    private final AtomicLongArray noLocalEndpoints = new AtomicLongArray(Policy.values().length);

    SyncMetrics(IpFamily family) {
        label = Exposition.label("ip_family", family.label());
    }

    void queued(Instant at) {
        lastQueuedMillis.set(at.toEpochMilli());
    }

    void finished(Duration took, Instant at) {
        duration.record(took);
        lastSyncMillis.set(at.toEpochMilli());
    }

    /** Clocks of other machines may be ahead of ours; a negative latency counts as none. */
    void programmed(Duration latency) {
        programming.record(latency.isNegative() ? Duration.ZERO : latency);
    }

    void noLocalEndpoints(Policy policy, int servicePorts) {
        noLocalEndpoints.set(policy.ordinal(), servicePorts);
    }

    void writeDuration(StringBuilder out) {
        duration.write(out, MetricNames.SYNC_DURATION, label);
    }

    void writeLastSync(StringBuilder out) {
        Exposition.sample(out, MetricNames.SYNC_LAST_TIMESTAMP, label, lastSyncMillis.get() / MILLIS_PER_SECOND);
    }

    void writeLastQueued(StringBuilder out) {
        Exposition.sample(out, MetricNames.SYNC_LAST_QUEUED, label, lastQueuedMillis.get() / MILLIS_PER_SECOND);
    }

    void writeProgramming(StringBuilder out) {
        programming.write(out, MetricNames.NETWORK_PROGRAMMING, label);
    }

    void writeNoLocalEndpoints(StringBuilder out) {
        for (Policy policy : Policy.values()) {
            String labels = label + "," + Exposition.label("traffic_policy", policy.label());
            Exposition.sample(out, MetricNames.NO_LOCAL_ENDPOINTS, labels, noLocalEndpoints.get(policy.ordinal()));
        }
    }
}
