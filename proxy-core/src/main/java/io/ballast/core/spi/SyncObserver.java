package io.ballast.core.spi;

import io.ballast.core.model.IpFamily;
import java.time.Duration;

/**
 * Hears how changes become a table: what kube-proxy's {@code sync_proxy_rules_*} and {@code network_programming_*}
 * metrics count. Called from the sync thread; must not block.
 */
public interface SyncObserver {
    /** Hears nothing. */
    SyncObserver NONE = new SyncObserver() {};

    /** Which of a Service's two traffic policies; {@link #label} is the metric label {@code traffic_policy}. */
    enum Policy {
        INTERNAL("internal"),
        EXTERNAL("external");

        private final String label;

        Policy(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /**
     * A Service event arrived, whether or not it changes anything.
     *
     * @param pending Services that differ from what the last sync applied
     */
    default void serviceChangeSeen(int pending) {}

    /**
     * An EndpointSlice event arrived, whether or not it changes anything.
     *
     * @param pending events since the last sync that did change something
     */
    default void endpointSliceChangeSeen(int pending) {}

    /** Something changed that the next sync of this family has to apply. */
    default void syncRequested(IpFamily family) {}

    default void syncStarted() {}

    /**
     * The dataplane serves the new table; nothing is pending any more. Not called when the dataplane threw.
     */
    default void syncFinished(Duration took) {}

    /**
     * Gauge, after each sync.
     *
     * @param servicePorts those whose policy is Local, which have endpoints, but none on this node
     */
    default void noLocalEndpoints(Policy policy, IpFamily family, int servicePorts) {}

    /** A slice's change is in force, this long after what triggered it (the slice's annotation). */
    default void programmed(IpFamily family, Duration sinceTrigger) {}
}
