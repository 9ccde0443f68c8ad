package io.ballast.core.routing;

import io.ballast.core.model.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What changed between two tables; its size depends on the change, never on the table. <em>Immutable.</em>
 *
 * @param frontends added, changed and removed frontends, each once
 * @param routes added, changed and removed routes, each once
 * @param addedClusterIps ClusterIPs in the new table only: to be made local and guarded
 * @param removedClusterIps ClusterIPs in the old table only
 */
public record RoutingTableDiff(
        List<FrontendChange> frontends,
        List<RouteChange> routes,
        List<IpAddress> addedClusterIps,
        List<IpAddress> removedClusterIps) {
    public RoutingTableDiff {
        frontends = List.copyOf(frontends);
        routes = List.copyOf(routes);
        addedClusterIps = List.copyOf(addedClusterIps);
        removedClusterIps = List.copyOf(removedClusterIps);
    }

    public boolean isEmpty() {
        return frontends.isEmpty() && routes.isEmpty() && addedClusterIps.isEmpty() && removedClusterIps.isEmpty();
    }

    /**
     * One frontend before and after.
     *
     * @param before null when added
     * @param after null when removed
     */
    public record FrontendChange(
            @Nullable FrontendRoute before, @Nullable FrontendRoute after) {}

    /**
     * One route before and after.
     *
     * @param before null when added
     * @param after null when removed
     */
    public record RouteChange(
            @Nullable Route before, @Nullable Route after) {}
}
