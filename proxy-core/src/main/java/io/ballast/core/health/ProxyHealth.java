package io.ballast.core.health;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Node;
import io.ballast.core.spi.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether changes are applied in time, and whether the node wants traffic: the state behind {@code /healthz} and
 * {@code /livez}, kube-proxy's {@code ProxyHealthServer}. <em>Thread-safe.</em>
 */
public final class ProxyHealth {
    /** The cluster autoscaler sets this taint on a node that it is about to remove (KEP-3458). */
    private static final String TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler";

    private final Duration timeout;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Map<IpFamily, Instant> updated = new EnumMap<>(IpFamily.class);
    /** Ticks of the oldest request that no sync has satisfied. */
    private final Map<IpFamily, Long> queuedNanos = new EnumMap<>(IpFamily.class);

    private @Nullable Node node;

    /**
     * @param timeout how long a request may wait; kube-proxy takes twice the sync period
     * @param ticker measures the waiting, so that a clock that is set makes nobody sick
     */
    public ProxyHealth(Duration timeout, Ticker ticker, InstantSource clock) {
        this.timeout = timeout;
        this.ticker = ticker;
        this.clock = clock;
    }

    /**
     * A state of health at an instant.
     *
     * @param lastUpdated {@code currentTime} where all is well, else the newest update of any family
     * @param healthy whether every family is; the node's eligibility does not matter
     * @param families those that had an update or miss one
     */
    public record Report(
            Instant lastUpdated,
            Instant currentTime,
            boolean healthy,
            boolean nodeEligible,
            Map<IpFamily, FamilyReport> families) {
        public Report {
            families = Map.copyOf(families);
        }
    }

    /** One family's part of a {@link Report}. */
    public record FamilyReport(Instant lastUpdated, boolean healthy) {
        /** Go's zero time, where there was no update. */
        public static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");
    }

    /** A sync of the family is wanted. */
    public synchronized void queued(IpFamily family) {
        queuedNanos.putIfAbsent(family, ticker.nanos());
    }

    /** A sync of the family has succeeded. */
    public synchronized void updated(IpFamily family) {
        updated.put(family, clock.instant());
        queuedNanos.remove(family);
    }

    /** The Node object as it is now. A deleted Node is not told: its last state stays, as in kube-proxy. */
    public synchronized void nodeChanged(Node newNode) {
        node = newNode;
    }

    public synchronized boolean isHealthy() {
        return queuedNanos.values().stream().noneMatch(this::isOverdue);
    }

    private boolean isOverdue(long since) {
        return ticker.nanos() - since >= timeout.toNanos();
    }

    /** Known, not being deleted, and not about to be. */
    public synchronized boolean isNodeEligible() {
        return node != null && !node.deleting() && !node.taintKeys().contains(TO_BE_DELETED);
    }

    public synchronized Report report() {
        Map<IpFamily, FamilyReport> families = new EnumMap<>(IpFamily.class);
        Instant newest = FamilyReport.NEVER;
        for (IpFamily family : IpFamily.values()) {
            Long since = queuedNanos.get(family);
            boolean healthy = since == null || !isOverdue(since);
            Instant last = updated.getOrDefault(family, FamilyReport.NEVER);
            newest = last.isAfter(newest) ? last : newest;
            if (updated.containsKey(family) || !healthy) {
                families.put(family, new FamilyReport(last, healthy));
            }
        }
        Instant now = clock.instant();
        boolean healthy = families.values().stream().allMatch(FamilyReport::healthy);
        return new Report(healthy ? now : newest, now, healthy, isNodeEligible(), families);
    }
}
