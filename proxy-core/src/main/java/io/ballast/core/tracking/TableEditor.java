package io.ballast.core.tracking;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The next table while it is being made, with what each changed item was in the table that the dataplane knows.
 * <em>Confined to the sync thread.</em>
 */
final class TableEditor {
    private RoutingTable table = RoutingTable.EMPTY;
    /** How many frontends claims make of each ClusterIP. */
    private final Map<IpAddress, Integer> clusterIps = new HashMap<>();

    // What was there before the first change; null values mean nothing was.
    private final Map<Frontend, @Nullable FrontendRoute> frontendsBefore = new LinkedHashMap<>();
    private final Map<ServicePortKey, @Nullable Route> routesBefore = new LinkedHashMap<>();
    private final Map<IpAddress, Boolean> clusterIpsBefore = new LinkedHashMap<>();

    RoutingTable table() {
        return table;
    }

    @Nullable
    Route route(ServicePortKey key) {
        return table.route(key.name(), key.family());
    }

    /** The route, or the one that the dataplane still has: its balancer and counters are in use. */
    @Nullable
    Route routeInUse(ServicePortKey key) {
        Route now = route(key);
        return now == null ? routesBefore.get(key) : now;
    }

    void put(Route route) {
        ServicePortKey key = ServicePortKey.of(route.servicePort());
        rememberRoute(key);
        table = table.with(route);
    }

    void remove(ServicePortKey key) {
        rememberRoute(key);
        table = table.withoutRoute(key.name(), key.family());
    }

    private void rememberRoute(ServicePortKey key) {
        if (!routesBefore.containsKey(key)) {
            routesBefore.put(key, route(key));
        }
    }

    @Nullable
    FrontendRoute find(Frontend frontend) {
        return table.find(frontend);
    }

    void put(FrontendRoute frontend) {
        rememberFrontend(frontend.frontend());
        table = table.with(frontend);
    }

    void remove(Frontend frontend) {
        rememberFrontend(frontend);
        table = table.without(frontend);
    }

    private void rememberFrontend(Frontend frontend) {
        if (!frontendsBefore.containsKey(frontend)) {
            frontendsBefore.put(frontend, find(frontend));
        }
    }

    boolean isClusterIp(IpAddress address) {
        return clusterIps.containsKey(address);
    }

    /** Whether the address is a ClusterIP from now on, or no more. */
    boolean countClusterIp(IpAddress address, int difference) {
        boolean before = isClusterIp(address);
        clusterIps.merge(address, difference, (a, b) -> a + b == 0 ? null : a + b);
        clusterIpsBefore.putIfAbsent(address, before);
        return before != isClusterIp(address);
    }

    /** What changed since {@link #delivered}. Whatever changed is a new object, so there is no need to look inside. */
    @SuppressWarnings("ReferenceEquality")
    RoutingTableDiff diff() {
        List<RoutingTableDiff.FrontendChange> frontends = new ArrayList<>(frontendsBefore.size());
        frontendsBefore.forEach((frontend, before) -> {
            FrontendRoute after = find(frontend);
            if (before != after) {
                frontends.add(new RoutingTableDiff.FrontendChange(before, after));
            }
        });
        List<RoutingTableDiff.RouteChange> routes = new ArrayList<>(routesBefore.size());
        routesBefore.forEach((key, before) -> {
            Route after = route(key);
            if (before != after) {
                routes.add(new RoutingTableDiff.RouteChange(before, after));
            }
        });
        List<IpAddress> added = new ArrayList<>();
        List<IpAddress> removed = new ArrayList<>();
        clusterIpsBefore.forEach((address, before) -> {
            if (before != isClusterIp(address)) {
                (before ? removed : added).add(address);
            }
        });
        return new RoutingTableDiff(frontends, routes, added, removed);
    }

    /** The dataplane knows the table as it is now. */
    void delivered() {
        frontendsBefore.clear();
        routesBefore.clear();
        clusterIpsBefore.clear();
    }
}
