package io.ballast.daemon.admin;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One Service of the table with both families of all its ports. Immutable once built. */
final class ServiceEntry {
    private final NamespacedName name;
    private final Map<ServicePortName, PortEntry> ports = new TreeMap<>();

    ServiceEntry(NamespacedName name) {
        this.name = name;
    }

    void add(Route route) {
        ports.computeIfAbsent(route.servicePort().name(), unseen -> new PortEntry())
                .routes
                .add(route);
    }

    void add(FrontendRoute frontend) {
        ports.computeIfAbsent(frontend.route().servicePort().name(), unseen -> new PortEntry())
                .frontends
                .add(frontend);
    }

    /** Brings frontends and families into the order in which they are shown. */
    ServiceEntry sorted() {
        ports.values().removeIf(port -> port.routes.isEmpty());
        for (PortEntry port : ports.values()) {
            port.routes.sort(Comparator.comparing(route -> route.servicePort().family()));
            port.frontends.sort(Comparator.comparing(FrontendRoute::kind).thenComparing(FrontendRoute::frontend));
        }
        return this;
    }

    NamespacedName name() {
        return name;
    }

    List<PortEntry> ports() {
        return List.copyOf(ports.values());
    }

    /** Facts that all ports share; those of the first port. */
    ServicePort facts() {
        return ports.values().iterator().next().facts();
    }

    boolean isEmpty() {
        return ports.isEmpty();
    }

    long active() {
        return ports.values().stream().mapToLong(PortEntry::active).sum();
    }

    long opened() {
        return ports.values().stream().mapToLong(PortEntry::opened).sum();
    }

    long bytes() {
        return ports.values().stream()
                .map(PortEntry::stats)
                .mapToLong(stats -> stats.bytes(Direction.TO_CLIENT) + stats.bytes(Direction.TO_ENDPOINT))
                .sum();
    }

    /** One port: a route for each family, and all frontends. */
    static final class PortEntry {
        private final List<Route> routes = new ArrayList<>(2);
        private final List<FrontendRoute> frontends = new ArrayList<>();

        List<Route> routes() {
            return routes;
        }

        List<FrontendRoute> frontends() {
            return frontends;
        }

        ServicePort facts() {
            return routes.get(0).servicePort();
        }

        ServicePortStats stats() {
            return routes.get(0).stats();
        }

        boolean isUdp() {
            return facts().name().protocol() == Protocol.UDP;
        }

        /** Open connections, or live sessions. */
        long active() {
            return isUdp() ? stats().sessionsActive() : stats().connectionsActive();
        }

        long opened() {
            return isUdp() ? stats().sessionsOpened() : stats().connectionsOpened();
        }

        /** Whether something could take a new connection. */
        boolean hasEndpoints() {
            return routes.stream().anyMatch(route -> route.endpoints().hasAny());
        }
    }
}
