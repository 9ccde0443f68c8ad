package io.ballast.netty.testing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.scheduling.Pick;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.topology.CategorizedEndpoints;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Routes for tests: with endpoints that do not matter, or with real ones in turn. */
public final class Routes {
    private static final Endpoint ENDPOINT = new Endpoint(
            new AddressPort(IpAddress.parse("192.0.2.1"), 8080), true, true, false, true, 1, Set.of(), Set.of());

    private Routes() {}

    public static FrontendRoute serving(String protocol, String address, int port, FrontendKind kind) {
        return frontend(protocol, address, port, kind, List.of(ENDPOINT));
    }

    public static FrontendRoute withoutEndpoints(String protocol, String address, int port, FrontendKind kind) {
        return frontend(protocol, address, port, kind, List.of());
    }

    /** A ClusterIP frontend whose connections go to the endpoints in turn, all serving. */
    public static FrontendRoute leading(
            Frontend frontend, LoadBalancer balancer, List<AddressPort> endpoints, Duration udpIdleTimeout) {
        List<Endpoint> all = endpoints.stream()
                .map(address -> new Endpoint(address, true, true, false, true, 1, Set.of(), Set.of()))
                .toList();
        CategorizedEndpoints categorized = new CategorizedEndpoints(all, List.of(), all, !all.isEmpty(), true, false);
        Route route = new Route(
                servicePort(frontend, udpIdleTimeout),
                categorized,
                Set.copyOf(endpoints),
                balancer,
                new ServicePortStats());
        return new FrontendRoute(frontend, FrontendKind.CLUSTER_IP, route);
    }

    /** As {@link #leading}, of a Service port with a name of its own. */
    public static FrontendRoute named(
            ServicePortName name, Frontend frontend, LoadBalancer balancer, List<AddressPort> endpoints) {
        Route like =
                leading(frontend, balancer, endpoints, Duration.ofMinutes(1)).route();
        Route route = new Route(
                servicePort(name, frontend, Duration.ofMinutes(1)),
                like.endpoints(),
                like.servingEndpoints(),
                balancer,
                like.stats());
        return new FrontendRoute(frontend, FrontendKind.CLUSTER_IP, route);
    }

    private static FrontendRoute frontend(
            String protocol, String address, int port, FrontendKind kind, List<Endpoint> endpoints) {
        Protocol of = Protocol.valueOf(protocol.toUpperCase(Locale.ROOT));
        Frontend frontend = new Frontend(of, IpAddress.parse(address), port);
        CategorizedEndpoints categorized =
                new CategorizedEndpoints(endpoints, List.of(), endpoints, !endpoints.isEmpty(), true, false);
        Route route = new Route(
                servicePort(frontend, Duration.ofMinutes(1)),
                categorized,
                Set.of(),
                new NoPicks(),
                new ServicePortStats());
        return new FrontendRoute(frontend, kind, route);
    }

    private static ServicePort servicePort(Frontend frontend, Duration udpIdleTimeout) {
        ServicePortName name = new ServicePortName(new NamespacedName("default", "web"), "", frontend.protocol());
        return servicePort(name, frontend, udpIdleTimeout);
    }

    private static ServicePort servicePort(ServicePortName name, Frontend frontend, Duration udpIdleTimeout) {
        ServiceOptions defaults = ServiceOptions.DEFAULTS;
        ServiceOptions options = new ServiceOptions(
                defaults.scheduler(),
                defaults.connectTimeout(),
                defaults.connectAttempts(),
                defaults.endpointRemoval(),
                defaults.drainTimeout(),
                defaults.idleTimeout(),
                udpIdleTimeout,
                0,
                0,
                defaults.maxConnectionAge(),
                null,
                false);
        return new ServicePort(
                name,
                frontend.family(),
                Service.JUST_NOW,
                ServiceType.CLUSTER_IP,
                frontend.address(),
                frontend.port(),
                0,
                List.of(),
                List.of(),
                List.of(),
                SessionAffinity.NONE,
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                0,
                options);
    }

    private record NoPicks() implements LoadBalancer {
        @Override
        public Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried) {
            return new Pick.Nothing(RefuseReason.NO_ENDPOINTS);
        }

        @Override
        public void update(ServicePort servicePort, CategorizedEndpoints endpoints) {
            throw new AssertionError("not part of this test");
        }

        @Override
        public int active() {
            return 0;
        }

        @Override
        public List<EndpointStatus> status() {
            return List.of();
        }
    }
}
