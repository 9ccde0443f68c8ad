package io.ballast.core.detect;

import io.ballast.core.model.IpAddress;

/** Where this node would send a packet for an address. Thread-safe; called from event loops, so answers are cached. */
@FunctionalInterface
public interface RouteLookup {
    /** Knows no route: nothing is on-link. */
    RouteLookup NONE = address -> Hop.UNKNOWN;

    Hop lookup(IpAddress address);

    /**
     * First hop of a route.
     *
     * @param interfaceName {@code ""} when there is no route
     * @param onLink reached without a gateway
     * @param uplink through the interface that holds the node's InternalIP
     */
    record Hop(String interfaceName, boolean onLink, boolean uplink) {
        public static final Hop UNKNOWN = new Hop("", false, false);
    }
}
