package io.ballast.core.routing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.Protocol;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Follows endpoints that are frontends themselves. A packet filter rewrites a packet once; a connection to such an
 * endpoint comes back to this process and is led on. That is fine unless it comes back to where it was: then one client
 * would make connections until there are no descriptors left. Used once, by one thread.
 */
final class Chains {
    private static final int LONGEST = 4;
    /** Endpoints looked at; whoever needs more does not mean well. */
    private static final int MOST = 1000;

    private final RoutingTable table;
    private final Deque<Route> path = new ArrayDeque<>(LONGEST);
    private int looks;

    private Chains(RoutingTable table) {
        this.table = table;
    }

    /** Whether an endpoint of the route may lead to that route again. */
    static boolean leadsBack(RoutingTable table, Route route, AddressPort endpoint) {
        if (next(table, route, endpoint) == null) {
            return false;
        }
        Chains chains = new Chains(table);
        chains.path.push(route);
        return chains.follow(route, endpoint);
    }

    /** The route behind an endpoint, null where it is not a frontend, which is almost always. */
    static @Nullable Route next(RoutingTable table, Route route, AddressPort endpoint) {
        Protocol protocol = route.servicePort().name().protocol();
        FrontendRoute found = table.find(new Frontend(protocol, endpoint.address(), endpoint.port()));
        return found == null ? null : found.route();
    }

    private boolean follow(Route from, AddressPort endpoint) {
        Route next = next(table, from, endpoint);
        if (next == null) {
            return false;
        }
        if (path.contains(next) || path.size() == LONGEST) {
            return true;
        }
        path.push(next);
        for (Endpoint each : next.endpoints().reachable()) {
            if (++looks > MOST || follow(next, each.address())) {
                return true;
            }
        }
        path.pop();
        return false;
    }
}
