package io.ballast.daemon.testing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Builds routes and frontends of one Service port for tests. Confined to one thread. */
public final class FakePort {
    private final NamespacedName service;
    private final String name;
    private final Protocol protocol;
    private final int port;
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<FrontendAddress> more = new ArrayList<>();
    private ServiceType type = ServiceType.CLUSTER_IP;
    private String clusterIp = "10.96.0.1";
    private int nodePort;
    private String scheduler = "rr";
    private SessionAffinity affinity = SessionAffinity.NONE;
    private TrafficPolicy external = TrafficPolicy.CLUSTER;
    private ServicePortStats stats = new ServicePortStats();
    private FakeBalancer balancer = new FakeBalancer();

    private FakePort(NamespacedName service, String name, Protocol protocol, int port) {
        this.service = service;
        this.name = name;
        this.protocol = protocol;
        this.port = port;
    }

    /**
     * @param service {@code namespace/name}
     */
    public static FakePort of(String service, String name, String protocol, int port) {
        int slash = service.indexOf('/');
        NamespacedName parsed = new NamespacedName(service.substring(0, slash), service.substring(slash + 1));
        return new FakePort(parsed, name, Protocol.valueOf(protocol.toUpperCase(Locale.ROOT)), port);
    }

    public FakePort clusterIp(String address) {
        clusterIp = address;
        return this;
    }

    public FakePort nodePort(String nodeAddress, int number) {
        nodePort = number;
        type = ServiceType.NODE_PORT;
        more.add(new FrontendAddress(FrontendKind.NODE_PORT, nodeAddress, number));
        return this;
    }

    public FakePort loadBalancer(String address) {
        type = ServiceType.LOAD_BALANCER;
        more.add(new FrontendAddress(FrontendKind.LOAD_BALANCER_IP, address, port));
        return this;
    }

    public FakePort scheduler(String word) {
        scheduler = word;
        return this;
    }

    public FakePort affinity(SessionAffinity wanted) {
        affinity = wanted;
        return this;
    }

    public FakePort externalPolicy(TrafficPolicy policy) {
        external = policy;
        return this;
    }

    public FakePort stats(ServicePortStats counters) {
        stats = counters;
        return this;
    }

    public FakePort balancer(FakeBalancer counts) {
        balancer = counts;
        return this;
    }

    public FakePort ready(String address, int endpointPort, boolean local) {
        endpoints.add(endpoint(address, endpointPort, true, local));
        return this;
    }

    public FakePort terminating(String address, int endpointPort, boolean local) {
        endpoints.add(endpoint(address, endpointPort, false, local));
        return this;
    }

    private static Endpoint endpoint(String address, int port, boolean ready, boolean local) {
        AddressPort at = new AddressPort(IpAddress.parse(address), port);
        return new Endpoint(at, ready, true, !ready, local, 1, Set.of(), Set.of());
    }

    /** The table with this port's route and all its frontends besides. */
    public RoutingTable addTo(RoutingTable table) {
        Route route = route();
        RoutingTable grown =
                table.with(route).with(new FrontendRoute(frontend(clusterIp, port), FrontendKind.CLUSTER_IP, route));
        for (FrontendAddress address : more) {
            grown = grown.with(new FrontendRoute(frontend(address.address, address.port), address.kind, route));
        }
        return grown;
    }

    public Route route() {
        balancer.endpoints(endpoints);
        List<Endpoint> local = endpoints.stream().filter(Endpoint::local).toList();
        CategorizedEndpoints categorized =
                new CategorizedEndpoints(endpoints, local, endpoints, !endpoints.isEmpty(), true, true);
        return new Route(servicePort(), categorized, Set.of(), balancer, stats);
    }

    private Frontend frontend(String address, int number) {
        return new Frontend(protocol, IpAddress.parse(address), number);
    }

    private ServicePort servicePort() {
        IpAddress address = IpAddress.parse(clusterIp);
        IpFamily family = address.family();
        return new ServicePort(
                new ServicePortName(service, name, protocol),
                family,
                Service.JUST_NOW,
                type,
                address,
                port,
                nodePort,
                List.of(),
                List.of(),
                List.of(),
                affinity,
                TrafficPolicy.CLUSTER,
                external,
                0,
                ServiceOptions.DEFAULTS.withScheduler(scheduler));
    }

    private record FrontendAddress(FrontendKind kind, String address, int port) {}
}
