package io.ballast.core.routing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
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
import io.ballast.core.scheduling.AffinityTable;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.core.scheduling.SchedulingLoadBalancerFactory;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.testing.ManualClock;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A router with one Service: ClusterIP 10.96.0.1, load-balancer address 198.51.100.1, NodePort 30080 on this node,
 * 203.0.113.1. Pods of this node are in 10.1.0.0/16, other pods in 10.2.0.0/16.
 */
final class RouterFixture {
    static final IpAddress NODE = IpAddress.parse("203.0.113.1");
    private static final Cidr PODS_HERE = Cidr.parse("10.1.0.0/16");

    final ManualClock clock = new ManualClock();
    final AffinityTable affinity = new AffinityTable(1000, clock);
    final Router router = new Router(RouterFixture::source, new MasqueradeRules(false, true));
    private final SchedulingLoadBalancerFactory factory = new SchedulingLoadBalancerFactory(
            SchedulerRegistry.load(RouterFixture.class.getClassLoader()), affinity, "node-1");

    String scheduler = "rr";
    SessionAffinity sessionAffinity = SessionAffinity.NONE;
    TrafficPolicy internal = TrafficPolicy.CLUSTER;
    TrafficPolicy external = TrafficPolicy.CLUSTER;
    List<Cidr> sourceRanges = List.of();
    /** Serving besides those that are served: not ready, or of another zone. */
    Set<AddressPort> servingBesides = Set.of();

    static Source source(IpAddress client) {
        return new Source(PODS_HERE.contains(client), client.equals(NODE), PODS_HERE.contains(client));
    }

    static Frontend frontend(FrontendKind kind) {
        return switch (kind) {
            case CLUSTER_IP -> new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.1"), 80);
            case LOAD_BALANCER_IP -> new Frontend(Protocol.TCP, IpAddress.parse("198.51.100.1"), 80);
            case EXTERNAL_IP -> new Frontend(Protocol.TCP, IpAddress.parse("198.51.100.2"), 80);
            case NODE_PORT -> new Frontend(Protocol.TCP, NODE, 30080);
        };
    }

    /** Endpoint n on this node is 10.1.0.n, elsewhere 10.2.0.n. */
    static Endpoint endpoint(int number, boolean local, int weight) {
        AddressPort address = new AddressPort(IpAddress.parse((local ? "10.1.0." : "10.2.0.") + number), 8080);
        return new Endpoint(address, true, true, false, local, weight, Set.of(), Set.of());
    }

    static AddressPort client(String address) {
        return new AddressPort(IpAddress.parse(address), 40_000);
    }

    /** Serves these endpoints at every kind of frontend. */
    LoadBalancer serve(Endpoint... endpoints) {
        List<Endpoint> all = List.of(endpoints);
        List<Endpoint> local = all.stream().filter(Endpoint::local).toList();
        boolean usesLocal = internal == TrafficPolicy.LOCAL || external == TrafficPolicy.LOCAL;
        CategorizedEndpoints categorized =
                new CategorizedEndpoints(all, usesLocal ? local : List.of(), all, !all.isEmpty(), true, usesLocal);
        LoadBalancer balancer = factory.create(servicePort(), categorized);
        Set<AddressPort> serving = new HashSet<>(servingBesides);
        all.forEach(endpoint -> serving.add(endpoint.address()));
        Route route = new Route(servicePort(), categorized, serving, balancer, new ServicePortStats());
        RoutingTable table = RoutingTable.EMPTY.with(route);
        for (FrontendKind kind : FrontendKind.values()) {
            table = table.with(new FrontendRoute(frontend(kind), kind, route));
        }
        router.publish(table);
        return balancer;
    }

    private ServicePort servicePort() {
        return new ServicePort(
                new ServicePortName(new NamespacedName("default", "web"), "", Protocol.TCP),
                IpFamily.IPV4,
                Service.JUST_NOW,
                ServiceType.LOAD_BALANCER,
                frontend(FrontendKind.CLUSTER_IP).address(),
                80,
                30080,
                List.of(frontend(FrontendKind.EXTERNAL_IP).address()),
                List.of(frontend(FrontendKind.LOAD_BALANCER_IP).address()),
                sourceRanges,
                sessionAffinity,
                internal,
                external,
                0,
                ServiceOptions.DEFAULTS.withScheduler(scheduler));
    }
}
