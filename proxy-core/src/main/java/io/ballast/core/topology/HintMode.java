package io.ballast.core.topology;

import io.ballast.core.model.Endpoint;
import java.util.List;

/**
 * Which topology hints are in force for a Service port: kube-proxy's {@code topologyModeFromHints}.
 *
 * <p>A level is all or nothing (KEP-2433, KEP-3015): it counts only if every ready endpoint has such a hint and at
 * least one of them names this node, or else this zone.
 */
enum HintMode {
    NONE,
    SAME_NODE,
    SAME_ZONE;

    static HintMode of(List<Endpoint> all, NodeTopology node) {
        boolean everyNodeHinted = true;
        boolean everyZoneHinted = true;
        boolean thisNodeNamed = false;
        boolean thisZoneNamed = false;
        for (Endpoint endpoint : all) {
            if (endpoint.ready()) {
                everyNodeHinted &= !endpoint.nodeHints().isEmpty();
                everyZoneHinted &= !endpoint.zoneHints().isEmpty();
                thisNodeNamed |= SAME_NODE.accepts(endpoint, node);
                thisZoneNamed |= SAME_ZONE.accepts(endpoint, node);
            }
        }
        if (everyNodeHinted && thisNodeNamed) {
            return SAME_NODE;
        }
        return everyZoneHinted && thisZoneNamed ? SAME_ZONE : NONE;
    }

    /** Whether a ready endpoint gets traffic in this mode. A node without a zone matches no hint. */
    boolean accepts(Endpoint endpoint, NodeTopology node) {
        return switch (this) {
            case NONE -> true;
            case SAME_NODE -> endpoint.nodeHints().contains(node.nodeName());
            case SAME_ZONE -> !node.zone().isEmpty() && endpoint.zoneHints().contains(node.zone());
        };
    }
}
