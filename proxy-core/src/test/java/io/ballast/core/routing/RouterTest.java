package io.ballast.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.TrafficPolicy;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where connections go and whose address the endpoint sees: behaviour 1.6, 2.5 and 4. Every Service has an endpoint on
 * this node and one on another.
 */
class RouterTest {
    private static final MasqueradeRules DETECTOR = new MasqueradeRules(false, true);
    private static final MasqueradeRules NO_DETECTOR = new MasqueradeRules(false, false);
    private static final MasqueradeRules MASQUERADE_ALL = new MasqueradeRules(true, true);

    /**
     * kube-proxy's {@code TestOverallIPTablesRules} and its kind: svc1 has policies Cluster, svc2 external Local, svc3
     * internal Local; {@code m} means masqueraded.
     */
    @ParameterizedTest(name = "{0} -> {1} of {2}")
    @CsvSource(delimiter = '|', textBlock = """
    pod      | CLUSTER_IP       | svc1 | both  |
    pod      | CLUSTER_IP       | svc2 | both  |
    pod      | CLUSTER_IP       | svc3 | local |
    pod      | NODE_PORT        | svc1 | both  | m
    pod      | NODE_PORT        | svc2 | both  |
    pod      | NODE_PORT        | svc3 | both  | m
    pod      | LOAD_BALANCER_IP | svc1 | both  | m
    pod      | LOAD_BALANCER_IP | svc2 | both  |
    pod      | LOAD_BALANCER_IP | svc3 | both  | m
    pod      | EXTERNAL_IP      | svc2 | both  |
    node     | CLUSTER_IP       | svc1 | both  | m
    node     | CLUSTER_IP       | svc2 | both  | m
    node     | CLUSTER_IP       | svc3 | local | m
    node     | NODE_PORT        | svc1 | both  | m
    node     | NODE_PORT        | svc2 | both  | m
    node     | NODE_PORT        | svc3 | both  | m
    node     | LOAD_BALANCER_IP | svc1 | both  | m
    node     | LOAD_BALANCER_IP | svc2 | both  | m
    node     | LOAD_BALANCER_IP | svc3 | both  | m
    node     | EXTERNAL_IP      | svc2 | both  | m
    external | CLUSTER_IP       | svc1 | both  | m
    external | CLUSTER_IP       | svc2 | both  | m
    external | CLUSTER_IP       | svc3 | local | m
    external | NODE_PORT        | svc1 | both  | m
    external | NODE_PORT        | svc2 | local |
    external | NODE_PORT        | svc3 | both  | m
    external | LOAD_BALANCER_IP | svc1 | both  | m
    external | LOAD_BALANCER_IP | svc2 | local |
    external | LOAD_BALANCER_IP | svc3 | both  | m
    external | EXTERNAL_IP      | svc2 | local |
    """)
    void decidesAsKubeProxyDoes(String from, FrontendKind to, String service, String list, String masqueraded) {
        assertDecision(DETECTOR, from, to, service, list, masqueraded);
    }

    @ParameterizedTest(name = "{0} -> {1} of {2}")
    @CsvSource(delimiter = '|', textBlock = """
    pod      | CLUSTER_IP       | svc1 | both  |
    pod      | CLUSTER_IP       | svc3 | local |
    node     | CLUSTER_IP       | svc1 | both  |
    node     | CLUSTER_IP       | svc3 | local |
    external | CLUSTER_IP       | svc1 | both  |
    pod      | NODE_PORT        | svc1 | both  | m
    pod      | NODE_PORT        | svc2 | local |
    pod      | LOAD_BALANCER_IP | svc2 | local |
    node     | NODE_PORT        | svc2 | both  | m
    node     | LOAD_BALANCER_IP | svc2 | both  | m
    external | NODE_PORT        | svc2 | local |
    external | NODE_PORT        | svc1 | both  | m
    """)
    void decidesAsKubeProxyDoesWithoutDetector(
            String from, FrontendKind to, String service, String list, String masqueraded) {
        assertDecision(NO_DETECTOR, from, to, service, list, masqueraded);
    }

    @ParameterizedTest(name = "{0} -> {1} of {2}")
    @CsvSource(delimiter = '|', textBlock = """
    pod      | CLUSTER_IP       | svc1 | both  | m
    pod      | CLUSTER_IP       | svc2 | both  | m
    pod      | CLUSTER_IP       | svc3 | local | m
    node     | CLUSTER_IP       | svc1 | both  | m
    external | CLUSTER_IP       | svc1 | both  | m
    pod      | NODE_PORT        | svc2 | both  |
    external | NODE_PORT        | svc2 | local |
    """)
    void decidesAsKubeProxyDoesWithMasqueradeAll(
            String from, FrontendKind to, String service, String list, String masqueraded) {
        assertDecision(MASQUERADE_ALL, from, to, service, list, masqueraded);
    }

    private static void assertDecision(
            MasqueradeRules rules, String from, FrontendKind to, String service, String list, String masqueraded) {
        Routed routed = Routed.service(service);
        Router router = routed.router(rules);
        FrontendRoute frontend = routed.frontend(to);
        Source source = Routed.source(from);
        TrafficPolicy policy = frontend.route().servicePort().policyOf(to);

        assertThat(router.scope(frontend, source).name()).isEqualTo(list.equals("both") ? "CLUSTER" : "LOCAL");
        assertThat(rules.applies(to, policy, source, IpFamily.IPV4)).isEqualTo(masqueraded != null);
    }

    /** Where kube-proxy would keep it, and the reply is sure to pass this node again (design 2.2). */
    @ParameterizedTest(name = "{0} -> {1} of {2}, endpoint {3}")
    @CsvSource(delimiter = '|', textBlock = """
    pod        | CLUSTER_IP | svc1 | local  | true
    pod        | CLUSTER_IP | svc1 | remote | true
    farPod     | CLUSTER_IP | svc1 | local  | true
    farPod     | CLUSTER_IP | svc1 | remote | false
    node       | CLUSTER_IP | svc1 | local  | false
    external   | CLUSTER_IP | svc1 | local  | false
    pod        | NODE_PORT  | svc2 | remote | true
    external   | NODE_PORT  | svc2 | local  | true
    external   | NODE_PORT  | svc1 | local  | false
    pod        | CLUSTER_IP | svc1 | self   | false
    pod        | CLUSTER_IP | svc1 | host   | false
    """)
    void keepsTheClientsAddressWhereItCan(
            String from, FrontendKind to, String service, String endpoint, boolean expected) {
        Routed routed = Routed.service(service).only(endpoint);

        Decision decision =
                routed.router(DETECTOR).decide(routed.frontend(to).frontend(), Routed.client(from), Set.of());

        assertThat(decision).isInstanceOfSatisfying(Decision.Forward.class, forward -> {
            assertThat(forward.keepClientAddress()).isEqualTo(expected);
            assertThat(forward.servicePort()).isEqualTo(routed.servicePort());
        });
    }

    @ParameterizedTest(name = "{0}, {1}: {2}, node {3}")
    @CsvSource(delimiter = '|', textBlock = """
    LOAD_BALANCER_IP | loadbalancer | 198.51.100.7 | 192.0.2.10    | allowed
    LOAD_BALANCER_IP | loadbalancer | 198.51.101.7 | 192.0.2.10    | dropped
    LOAD_BALANCER_IP | loadbalancer | 10.1.0.5     | 192.0.2.10    | dropped
    LOAD_BALANCER_IP | loadbalancer | 192.0.2.10   | 192.0.2.10    | dropped
    LOAD_BALANCER_IP | loadbalancer | 203.0.113.1  | 192.0.2.10    | dropped
    LOAD_BALANCER_IP | loadbalancer | 203.0.113.1  | 198.51.100.10 | allowed
    NODE_PORT        | loadbalancer | 198.51.101.7 | 192.0.2.10    | allowed
    EXTERNAL_IP      | loadbalancer | 198.51.101.7 | 192.0.2.10    | allowed
    CLUSTER_IP       | loadbalancer | 198.51.101.7 | 192.0.2.10    | allowed
    NODE_PORT        | external     | 198.51.101.7 | 192.0.2.10    | dropped
    NODE_PORT        | external     | 198.51.100.7 | 192.0.2.10    | allowed
    EXTERNAL_IP      | external     | 198.51.101.7 | 192.0.2.10    | dropped
    CLUSTER_IP       | external     | 198.51.101.7 | 192.0.2.10    | allowed
    """)
    void guardsWithSourceRanges(FrontendKind kind, String scope, String client, String node, String expected) {
        Routed routed = Routed.service("svc1").sourceRanges("198.51.100.0/24", scope.equals("external"));
        Router router = routed.router(DETECTOR);
        router.nodeIps(Set.of(IpAddress.parse(node)));

        Decision decision = router.decide(
                routed.frontend(kind).frontend(), new AddressPort(IpAddress.parse(client), 4000), Set.of());

        if (expected.equals("allowed")) {
            assertThat(decision).isInstanceOf(Decision.Forward.class);
        } else {
            assertThat(decision).isEqualTo(new Decision.Drop(RefuseReason.SOURCE_RANGES));
        }
    }

    @Test
    void refusesWhatIsNotInTheTable() {
        Routed routed = Routed.service("svc1");
        Frontend other = new Frontend(routed.servicePort().name().protocol(), IpAddress.parse("10.96.0.99"), 80);

        assertThat(routed.router(DETECTOR).decide(other, Routed.client("pod"), Set.of()))
                .isEqualTo(new Decision.Refuse(RefuseReason.NOT_SERVED));
    }

    /** Behaviour 2.5: who is refused or dropped when endpoints lack, and what is known before the handshake. */
    @ParameterizedTest(name = "{0} {1} from {2} with {3}")
    @CsvSource(delimiter = '|', textBlock = """
    svc1 | CLUSTER_IP | pod      | none   | refuse  | REFUSE
    svc2 | NODE_PORT  | external | none   | refuse  | REFUSE
    svc3 | CLUSTER_IP | pod      | none   | refuse  | REFUSE
    svc1 | CLUSTER_IP | pod      | remote | forward | EVERYONE
    svc3 | CLUSTER_IP | pod      | remote | drop    | DROP
    svc3 | CLUSTER_IP | node     | remote | drop    | DROP
    svc3 | NODE_PORT  | external | remote | forward | EVERYONE
    svc2 | NODE_PORT  | external | remote | drop    | INSIDE_ONLY
    svc2 | NODE_PORT  | pod      | remote | forward | INSIDE_ONLY
    svc2 | NODE_PORT  | node     | remote | forward | INSIDE_ONLY
    svc2 | NODE_PORT  | external | local  | forward | EVERYONE
    """)
    void refusesAndDropsAsKubeProxyDoes(
            String service, FrontendKind kind, String from, String endpoints, String verdict, Admission admission) {
        Routed routed = Routed.service(service).only(endpoints);

        Decision decision =
                routed.router(DETECTOR).decide(routed.frontend(kind).frontend(), Routed.client(from), Set.of());

        assertThat(decision.getClass().getSimpleName()).isEqualToIgnoringCase(verdict);
        assertThat(routed.frontend(kind).admission()).isEqualTo(admission);
    }

    @Test
    void saysWhyNothingIsLeftToTry() {
        Routed routed = Routed.service("svc1").only("local");
        Endpoint only = routed.endpoints().get(0);

        assertThat(routed.router(DETECTOR)
                        .decide(
                                routed.frontend(FrontendKind.CLUSTER_IP).frontend(),
                                Routed.client("pod"),
                                Set.of(only.address())))
                .isEqualTo(new Decision.Refuse(RefuseReason.NO_ENDPOINTS));
    }

    @Test
    void masqueradesOnlyInFamiliesThatCanTellLocalPods() {
        MasqueradeRules ipv4Only = new MasqueradeRules(false, family -> family == IpFamily.IPV4);

        assertThat(ipv4Only.applies(FrontendKind.CLUSTER_IP, TrafficPolicy.CLUSTER, Source.OUTSIDE, IpFamily.IPV4))
                .isTrue();
        assertThat(ipv4Only.applies(FrontendKind.CLUSTER_IP, TrafficPolicy.CLUSTER, Source.OUTSIDE, IpFamily.IPV6))
                .isFalse();
    }
}
