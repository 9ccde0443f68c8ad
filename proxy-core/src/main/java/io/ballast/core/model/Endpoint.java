package io.ballast.core.model;

import java.util.Set;

/**
 * One address and port at which a pod serves a Service port, with its conditions: kube-proxy's
 * {@code BaseEndpointInfo}. <em>Immutable.</em>
 *
 * @param local on this node
 * @param weight 0 (no new connections) to 65535
 */
public record Endpoint(
        AddressPort address,
        boolean ready,
        boolean serving,
        boolean terminating,
        boolean local,
        int weight,
        Set<String> zoneHints,
        Set<String> nodeHints) {
    public Endpoint {
        zoneHints = Set.copyOf(zoneHints);
        nodeHints = Set.copyOf(nodeHints);
    }

    /** Usable as a last resort when nothing is ready (KEP-1669). */
    public boolean isServingTerminating() {
        return serving && terminating;
    }
}
