package io.ballast.core.model;

import java.util.List;
import java.util.Map;

/**
 * A neutral copy of this node's Node object. <em>Immutable.</em>
 *
 * @param internalIps addresses of type InternalIP in order, as written
 * @param externalIps addresses of type ExternalIP in order, as written
 * @param podCidrs {@code spec.podCIDRs}, as written
 * @param taintKeys keys of all taints, whatever their effect
 * @param deleting {@code metadata.deletionTimestamp} is set
 */
public record Node(
        String name,
        String uid,
        List<String> internalIps,
        List<String> externalIps,
        List<String> podCidrs,
        Map<String, String> labels,
        List<String> taintKeys,
        boolean deleting) {

    /** The only label that names a node's zone. */
    public static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    public Node {
        internalIps = List.copyOf(internalIps);
        externalIps = List.copyOf(externalIps);
        podCidrs = List.copyOf(podCidrs);
        labels = Map.copyOf(labels);
        taintKeys = List.copyOf(taintKeys);
    }

    /** The node's zone, {@code ""} when it has none. */
    public String zone() {
        return labels.getOrDefault(ZONE_LABEL, "");
    }
}
