package io.ballast.core.routing;

import io.ballast.core.collect.PersistentMap;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServicePortName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is served, as of one sync. <em>Immutable</em>; a new version shares all unchanged parts with the one
 * before, so a change costs what it changes and not the size of the table.
 */
public final class RoutingTable {
    /** Nothing is served. */
    public static final RoutingTable EMPTY = new RoutingTable(PersistentMap.empty(), PersistentMap.empty());

    private final PersistentMap<RouteKey, Route> routes;
    private final PersistentMap<Frontend, FrontendRoute> frontends;

    private RoutingTable(PersistentMap<RouteKey, Route> routes, PersistentMap<Frontend, FrontendRoute> frontends) {
        this.routes = routes;
        this.frontends = frontends;
    }

    /** What answers at this address and port, null when nothing does. */
    public @Nullable FrontendRoute find(Frontend frontend) {
        return frontends.get(frontend);
    }

    public @Nullable Route route(ServicePortName name, IpFamily family) {
        return routes.get(new RouteKey(name, family));
    }

    public int frontendCount() {
        return frontends.size();
    }

    /** A copy of all routes, in no particular order. */
    public List<Route> routes() {
        List<Route> all = new ArrayList<>(routes.size());
        routes.forEach((key, route) -> all.add(route));
        return all;
    }

    /** A copy of all frontends, in no particular order. */
    public List<FrontendRoute> frontends() {
        List<FrontendRoute> all = new ArrayList<>(frontends.size());
        frontends.forEach((key, frontend) -> all.add(frontend));
        return all;
    }

    public RoutingTable with(Route route) {
        return new RoutingTable(routes.with(RouteKey.of(route), route), frontends);
    }

    public RoutingTable withoutRoute(ServicePortName name, IpFamily family) {
        return new RoutingTable(routes.without(new RouteKey(name, family)), frontends);
    }

    public RoutingTable with(FrontendRoute frontend) {
        return new RoutingTable(routes, frontends.with(frontend.frontend(), frontend));
    }

    public RoutingTable without(Frontend frontend) {
        return new RoutingTable(routes, frontends.without(frontend));
    }

    private record RouteKey(ServicePortName name, IpFamily family) {
        static RouteKey of(Route route) {
            return new RouteKey(route.servicePort().name(), route.servicePort().family());
        }
    }
}
