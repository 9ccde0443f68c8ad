package io.ballast.core.topology;

import io.ballast.core.model.Endpoint;
import java.util.List;

/**
 * Result of kube-proxy's {@code CategorizeEndpoints}. <em>Immutable.</em>
 *
 * @param cluster for policy Cluster; empty also where the Service port has no use for it
 * @param local for policy Local; empty also where the Service port has no use for it
 * @param reachable all that may get traffic from this node
 * @param hasAny something is usable somewhere; false means refuse, not drop
 * @param usesCluster whether {@code cluster} is meaningful
 * @param usesLocal whether {@code local} is meaningful
 */
public record CategorizedEndpoints(
        List<Endpoint> cluster,
        List<Endpoint> local,
        List<Endpoint> reachable,
        boolean hasAny,
        boolean usesCluster,
        boolean usesLocal) {
    public CategorizedEndpoints {
        cluster = List.copyOf(cluster);
        local = List.copyOf(local);
        reachable = List.copyOf(reachable);
    }

    /** The same Service port without endpoints. */
    public CategorizedEndpoints withoutAny() {
        return new CategorizedEndpoints(List.of(), List.of(), List.of(), false, usesCluster, usesLocal);
    }
}
