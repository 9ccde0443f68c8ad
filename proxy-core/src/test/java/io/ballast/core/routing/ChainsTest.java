package io.ballast.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Endpoints that are frontends. Service n is 10.96.0.n:80. */
class ChainsTest {
    private static final String POD = "10.1.0.1:8080";
    private static final AddressPort CLIENT = new AddressPort(IpAddress.parse("10.1.0.9"), 40_000);

    private final SchedulingLoadBalancerFactory balancers = new SchedulingLoadBalancerFactory(
            SchedulerRegistry.load(ChainsTest.class.getClassLoader()), new AffinityTable(10, new ManualClock()), "n1");
    private final Router router =
            new Router(address -> new Source(true, false, true), new MasqueradeRules(false, true));
    private RoutingTable table = RoutingTable.EMPTY;

    private void serve(int number, String... endpoints) {
        List<Endpoint> all = Stream.of(endpoints).map(ChainsTest::endpoint).toList();
        CategorizedEndpoints categorized = new CategorizedEndpoints(all, List.of(), all, true, true, false);
        ServicePort port = servicePort(number);
        LoadBalancer balancer = balancers.create(port, categorized);
        Route route = new Route(port, categorized, Set.of(), balancer, new ServicePortStats());
        table = table.with(route).with(new FrontendRoute(frontend(number), FrontendKind.CLUSTER_IP, route));
        router.publish(table);
    }

    private static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        IpAddress ip = IpAddress.parse(text.substring(0, colon));
        AddressPort address = new AddressPort(ip, Integer.parseInt(text.substring(colon + 1)));
        return new Endpoint(address, true, true, false, true, 1, Set.of(), Set.of());
    }

    private static Frontend frontend(int number) {
        return new Frontend(Protocol.TCP, IpAddress.parse("10.96.0." + number), 80);
    }

    private static ServicePort servicePort(int number) {
        return new ServicePort(
                new ServicePortName(new NamespacedName("default", "s" + number), "", Protocol.TCP),
                IpFamily.IPV4,
                Service.JUST_NOW,
                ServiceType.CLUSTER_IP,
                frontend(number).address(),
                80,
                0,
                List.of(),
                List.of(),
                List.of(),
                SessionAffinity.NONE,
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                0,
                ServiceOptions.DEFAULTS);
    }

    private Decision decide(int number) {
        return router.decide(frontend(number), CLIENT, Set.of());
    }

    private static String endpointOf(Decision decision) {
        Decision.Forward forward = (Decision.Forward) decision;
        forward.lease().release();
        return forward.lease().endpoint().address().toString();
    }

    @Test
    void refuseWhereTheOnlyEndpointIsTheServiceItself() {
        serve(1, "10.96.0.1:80");
        assertThat(decide(1)).isEqualTo(new Decision.Refuse(RefuseReason.CONNECT_FAILED));
        assertThat(table.routes().get(0).balancer().active()).isZero();
        Explanation explanation = router.explain(frontend(1), CLIENT);
        assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.REFUSE);
        assertThat(explanation.steps())
                .contains(new Explanation.Step("loop", "10.96.0.1:80 leads back to default/s1/tcp and is passed over"));
    }

    @Test
    void passOverTheServiceItselfAmongOthers() {
        serve(1, "10.96.0.1:80", POD);
        Set<String> picked = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            picked.add(endpointOf(decide(1)));
        }
        assertThat(picked).containsExactly(POD);
    }

    @Test
    void refuseCirclesOfAnyLength() {
        serve(1, "10.96.0.2:80");
        serve(2, "10.96.0.3:80");
        serve(3, "10.96.0.1:80");
        for (int number = 1; number <= 3; number++) {
            assertThat(decide(number)).isEqualTo(new Decision.Refuse(RefuseReason.CONNECT_FAILED));
        }
    }

    @Test
    void refuseWhatLeadsIntoACircle() {
        serve(1, "10.96.0.2:80");
        serve(2, "10.96.0.2:80", POD);
        assertThat(decide(1)).isEqualTo(new Decision.Refuse(RefuseReason.CONNECT_FAILED));
    }

    /** By the node's address: the next hop is this process, which no reply to a pod would find. */
    @Test
    void leadOnToAnotherService() {
        serve(1, "10.96.0.2:80");
        serve(2, POD);
        Decision decision = decide(1);
        assertThat(endpointOf(decision)).isEqualTo("10.96.0.2:80");
        assertThat(((Decision.Forward) decision).keepClientAddress()).isFalse();
    }

    @Test
    void endWhereTooMuchWouldHaveToBeLookedAt() {
        serve(1, "10.96.0.2:80");
        serve(
                2,
                IntStream.range(0, 2000)
                        .mapToObj(i -> "10.2." + i / 250 + "." + i % 250 + ":8080")
                        .toArray(String[]::new));
        assertThat(decide(1)).isEqualTo(new Decision.Refuse(RefuseReason.CONNECT_FAILED));
    }
}
