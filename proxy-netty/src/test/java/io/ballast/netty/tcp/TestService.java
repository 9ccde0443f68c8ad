package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ProxyProtocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.Source;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.topology.CategorizedEndpoints;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A Service port with one frontend, served by a router of its own. */
final class TestService {
    static final ServicePortName NAME = new ServicePortName(new NamespacedName("default", "web"), "http", Protocol.TCP);

    final Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, false));
    final ServicePortStats stats = new ServicePortStats();
    final FakeBalancer balancer;
    private List<Endpoint> endpoints;
    private ServiceOptions options = options(3, Duration.ofSeconds(3));
    private @Nullable AddressPort frontend;

    TestService(AddressPort... endpoints) {
        this.endpoints = Arrays.stream(endpoints).map(TestService::endpoint).toList();
        this.balancer = new FakeBalancer(this.endpoints);
    }

    private static Endpoint endpoint(AddressPort address) {
        return new Endpoint(address, true, true, false, true, 1, Set.of(), Set.of());
    }

    static ServiceOptions options(int attempts, Duration connectTimeout) {
        return options(attempts, connectTimeout, EndpointRemoval.KEEP, Duration.ZERO, Duration.ZERO, null);
    }

    static ServiceOptions options(
            int attempts,
            Duration connectTimeout,
            EndpointRemoval removal,
            Duration idleTimeout,
            Duration maxAge,
            @Nullable ProxyProtocol proxyProtocol) {
        ServiceOptions defaults = ServiceOptions.DEFAULTS;
        return new ServiceOptions(
                defaults.scheduler(),
                connectTimeout,
                attempts,
                removal,
                Duration.ofMillis(50),
                idleTimeout,
                defaults.udpIdleTimeout(),
                0,
                0,
                maxAge,
                proxyProtocol,
                false);
    }

    TestService with(ServiceOptions newOptions) {
        options = newOptions;
        return this;
    }

    TestService removing(EndpointRemoval removal) {
        return with(options(3, Duration.ofSeconds(3), removal, Duration.ZERO, Duration.ZERO, null));
    }

    TestService idleAfter(Duration timeout) {
        return with(options(3, Duration.ofSeconds(3), EndpointRemoval.KEEP, timeout, Duration.ZERO, null));
    }

    TestService endingAfter(Duration age) {
        return with(options(3, Duration.ofSeconds(3), EndpointRemoval.KEEP, Duration.ZERO, age, null));
    }

    TestService announcing(ProxyProtocol version) {
        return with(options(3, Duration.ofSeconds(3), EndpointRemoval.KEEP, Duration.ZERO, Duration.ZERO, version));
    }

    /** Publishes a table in which the Service is reachable at this address. */
    void serveAt(AddressPort address) {
        frontend = address;
        publish();
    }

    /** Publishes a table with these endpoints and returns the routes before and after. */
    RouteUpdate replaceEndpoints(AddressPort... addresses) {
        Route before = route();
        endpoints = Arrays.stream(addresses).map(TestService::endpoint).toList();
        Route after = route();
        balancer.update(after.servicePort(), after.endpoints());
        publish();
        return new RouteUpdate(before, after);
    }

    record RouteUpdate(Route before, Route after) {}

    private void publish() {
        AddressPort at = frontend;
        if (at == null) {
            throw new IllegalStateException("serveAt comes first");
        }
        Frontend key = new Frontend(Protocol.TCP, at.address(), at.port());
        Route route = route();
        router.publish(RoutingTable.EMPTY.with(route).with(new FrontendRoute(key, FrontendKind.CLUSTER_IP, route)));
    }

    private Route route() {
        CategorizedEndpoints categorized = new CategorizedEndpoints(endpoints, List.of(), endpoints, true, true, false);
        Set<AddressPort> serving = endpoints.stream().map(Endpoint::address).collect(Collectors.toSet());
        return new Route(servicePort(), categorized, serving, balancer, stats);
    }

    private ServicePort servicePort() {
        AddressPort at = frontend;
        if (at == null) {
            throw new IllegalStateException("serveAt comes first");
        }
        return new ServicePort(
                NAME,
                at.address().family(),
                Service.JUST_NOW,
                ServiceType.CLUSTER_IP,
                at.address(),
                at.port(),
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
}
