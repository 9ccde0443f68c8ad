package io.ballast.core.routing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.EndpointRemoval;
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
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.testing.FakeLoadBalancers;
import io.ballast.core.topology.CategorizedEndpoints;
import io.ballast.core.topology.EndpointCategorizer;
import io.ballast.core.topology.NodeTopology;
import java.util.List;
import java.util.Set;

/**
 * A Service in a table of its own: svc1 has policies Cluster, svc2 external Local, svc3 internal Local. It has a
 * frontend of each kind, an endpoint on this node and one on another.
 */
final class Routed {
    private static final IpAddress NODE = IpAddress.parse("192.0.2.10");
    private static final IpAddress POD = IpAddress.parse("10.1.0.5");
    private static final IpAddress FAR_POD = IpAddress.parse("10.2.0.5");
    private static final IpAddress VIP = IpAddress.parse("203.0.113.1");
    private static final Endpoint LOCAL = endpoint("10.1.0.1", true);
    private static final Endpoint REMOTE = endpoint("10.2.0.1", false);

    private final String name;
    private List<Endpoint> endpoints = List.of(LOCAL, REMOTE);
    private List<Cidr> sourceRanges = List.of();
    private boolean guardAllExternal;

    private Routed(String name) {
        this.name = name;
    }

    static Routed service(String name) {
        return new Routed(name);
    }

    /** Has but one endpoint: local, remote, the client itself, the node itself, or none. */
    Routed only(String which) {
        endpoints = switch (which) {
            case "local" -> List.of(LOCAL);
            case "remote" -> List.of(REMOTE);
            case "self" -> List.of(endpoint(POD.toString(), true));
            case "host" -> List.of(endpoint(NODE.toString(), true));
            case "none" -> List.of();
            default -> throw new IllegalArgumentException(which);
        };
        return this;
    }

    Routed sourceRanges(String range, boolean allExternal) {
        sourceRanges = List.of(Cidr.parse(range));
        guardAllExternal = allExternal;
        return this;
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    Router router(MasqueradeRules rules) {
        Router router = new Router(Routed::classify, rules);
        RoutingTable table = RoutingTable.EMPTY.with(route());
        for (FrontendKind kind : FrontendKind.values()) {
            table = table.with(frontend(kind));
        }
        router.publish(table);
        return router;
    }

    FrontendRoute frontend(FrontendKind kind) {
        Frontend frontend =
                switch (kind) {
                    case CLUSTER_IP -> new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.10"), 80);
                    case EXTERNAL_IP -> new Frontend(Protocol.TCP, IpAddress.parse("203.0.113.2"), 80);
                    case LOAD_BALANCER_IP -> new Frontend(Protocol.TCP, VIP, 80);
                    case NODE_PORT -> new Frontend(Protocol.TCP, NODE, 30080);
                };
        return new FrontendRoute(frontend, kind, route());
    }

    private Route route() {
        ServicePort port = servicePort();
        CategorizedEndpoints categorized = EndpointCategorizer.categorize(endpoints, port, new NodeTopology("n1", ""));
        return new Route(
                port, categorized, Set.of(), new FakeLoadBalancers().create(port, categorized), new ServicePortStats());
    }

    ServicePort servicePort() {
        return new ServicePort(
                new ServicePortName(new NamespacedName("default", name), "", Protocol.TCP),
                IpFamily.IPV4,
                Service.JUST_NOW,
                ServiceType.LOAD_BALANCER,
                IpAddress.parse("10.96.0.10"),
                80,
                30080,
                List.of(IpAddress.parse("203.0.113.2")),
                List.of(VIP),
                sourceRanges,
                SessionAffinity.NONE,
                name.equals("svc3") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER,
                name.equals("svc2") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER,
                0,
                options());
    }

    private ServiceOptions options() {
        ServiceOptions defaults = ServiceOptions.DEFAULTS;
        return new ServiceOptions(
                defaults.scheduler(),
                defaults.connectTimeout(),
                defaults.connectAttempts(),
                EndpointRemoval.KEEP,
                defaults.drainTimeout(),
                defaults.idleTimeout(),
                defaults.udpIdleTimeout(),
                0,
                0,
                defaults.maxConnectionAge(),
                null,
                guardAllExternal);
    }

    private static Endpoint endpoint(String address, boolean local) {
        return new Endpoint(
                new AddressPort(IpAddress.parse(address), 8080), true, true, false, local, 1, Set.of(), Set.of());
    }

    /** A client of this kind: pod, farPod (of another node, but of this cluster), node, external. */
    static AddressPort client(String kind) {
        return new AddressPort(
                switch (kind) {
                    case "pod" -> POD;
                    case "farPod" -> FAR_POD;
                    case "node" -> NODE;
                    default -> IpAddress.parse("198.51.100.7");
                },
                40_000);
    }

    static Source source(String kind) {
        return classify(client(kind).address());
    }

    private static Source classify(IpAddress client) {
        if (client.equals(NODE)) {
            return new Source(false, true, false);
        }
        boolean podHere = Cidr.parse("10.1.0.0/24").contains(client);
        return new Source(Cidr.parse("10.0.0.0/8").contains(client), false, podHere);
    }
}
