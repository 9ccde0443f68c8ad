package io.ballast.core.routing;

import static io.ballast.core.routing.RouterFixture.client;
import static io.ballast.core.routing.RouterFixture.endpoint;
import static io.ballast.core.routing.RouterFixture.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private final RouterFixture fixture = new RouterFixture();

    private Explanation explain(FrontendKind kind, String client) {
        return fixture.router.explain(frontend(kind), client(client));
    }

    private static String detail(Explanation explanation, String step) {
        return explanation.steps().stream()
                .filter(each -> each.name().equals(step))
                .map(Explanation.Step::detail)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Explanation explanation) {
        return explanation.steps().stream().map(Explanation.Step::name).toList();
    }

    @Test
    void tellsEveryStepOfAConnectionThatIsForwarded() {
        fixture.scheduler = "lc";
        fixture.serve(endpoint(1, true, 1), endpoint(2, false, 3));
        fixture.router.decide(frontend(FrontendKind.CLUSTER_IP), client("10.1.9.9"), Set.of());
        Explanation explanation = explain(FrontendKind.CLUSTER_IP, "10.1.9.9");
        assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.FORWARD);
        assertThat(explanation.endpoint()).isEqualTo(endpoint(2, false, 3));
        assertThat(explanation.steps())
                .containsExactly(
                        new Explanation.Step("frontend", "10.96.0.1:80/tcp is a ClusterIP of default/web/tcp"),
                        new Explanation.Step("source-ranges", "none"),
                        new Explanation.Step("source", "10.1.9.9 is a pod of this node"),
                        new Explanation.Step("policy", "internalTrafficPolicy Cluster: endpoints of the whole cluster"),
                        new Explanation.Step(
                                "candidates", "10.1.0.1:8080 (weight 1, active 1), 10.2.0.2:8080 (weight 3, active 0)"),
                        new Explanation.Step("affinity", "None"),
                        new Explanation.Step(
                                "scheduler",
                                "10.2.0.2:8080 by lc: fewest open connections,"
                                        + " the first of the list where several are equal"),
                        new Explanation.Step(
                                "client-address",
                                "the client's: it is a pod of this node, so replies to it pass here"));
    }

    @Test
    void tellsThatNothingIsServedThere() {
        Explanation explanation = fixture.router.explain(
                new Frontend(Protocol.UDP, IpAddress.parse("192.0.2.1"), 53), client("10.1.0.1"));
        assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.REFUSE);
        assertThat(explanation.reason()).isEqualTo(RefuseReason.NOT_SERVED);
        assertThat(names(explanation)).containsExactly("frontend");
    }

    @Test
    void tellsWhoSourceRangesKeepOut() {
        fixture.sourceRanges = List.of(Cidr.parse("192.0.2.0/24"), Cidr.parse("10.1.0.0/16"));
        fixture.serve(endpoint(1, true, 1));
        Explanation outside = explain(FrontendKind.LOAD_BALANCER_IP, "198.18.0.1");
        assertThat(outside.verdict()).isEqualTo(Explanation.Verdict.DROP);
        assertThat(outside.reason()).isEqualTo(RefuseReason.SOURCE_RANGES);
        assertThat(detail(outside, "source-ranges")).isEqualTo("198.18.0.1 is outside 192.0.2.0/24, 10.1.0.0/16");
        assertThat(detail(explain(FrontendKind.LOAD_BALANCER_IP, "192.0.2.7"), "source-ranges"))
                .isEqualTo("192.0.2.7 is allowed by 192.0.2.0/24, 10.1.0.0/16");
        assertThat(detail(explain(FrontendKind.NODE_PORT, "198.18.0.1"), "source-ranges"))
                .isEqualTo("do not guard a NodePort");
    }

    @Test
    void tellsAboutLocalPolicies() {
        fixture.external = TrafficPolicy.LOCAL;
        fixture.serve(endpoint(1, false, 1));
        Explanation outside = explain(FrontendKind.NODE_PORT, "198.18.0.1");
        assertThat(outside.reason()).isEqualTo(RefuseReason.NO_LOCAL_ENDPOINTS);
        assertThat(outside.verdict()).isEqualTo(Explanation.Verdict.DROP);
        assertThat(detail(outside, "policy")).isEqualTo("externalTrafficPolicy Local: endpoints of this node only");
        Explanation inside = explain(FrontendKind.NODE_PORT, "10.1.0.9");
        assertThat(inside.verdict()).isEqualTo(Explanation.Verdict.FORWARD);
        assertThat(detail(inside, "policy"))
                .isEqualTo("externalTrafficPolicy Local, but the client is inside: endpoints of the whole cluster");
        assertThat(detail(explain(FrontendKind.NODE_PORT, "203.0.113.1"), "client-address"))
                .isEqualTo("the node's, which is the client");
    }

    @Test
    void tellsWhatAffinityRemembers() {
        fixture.sessionAffinity = new SessionAffinity.ClientIp(Duration.ofMinutes(1));
        fixture.serve(endpoint(1, true, 1), endpoint(2, true, 1));
        assertThat(detail(explain(FrontendKind.CLUSTER_IP, "10.1.9.9"), "affinity"))
                .isEqualTo("ClientIP, no record of 10.1.9.9");
        fixture.router.decide(frontend(FrontendKind.NODE_PORT), client("10.1.9.9"), Set.of());
        Explanation pinned = explain(FrontendKind.CLUSTER_IP, "10.1.9.9");
        AddressPort endpoint = Objects.requireNonNull(pinned.endpoint()).address();
        assertThat(detail(pinned, "affinity")).isEqualTo("ClientIP, record " + endpoint);
        assertThat(detail(pinned, "scheduler"))
                .isEqualTo(endpoint + " by session affinity: the client's record names it");
    }

    @Test
    void saysThatChanceDecides() {
        fixture.scheduler = "random";
        fixture.serve(endpoint(1, true, 1), endpoint(2, true, 1));
        Explanation explanation = explain(FrontendKind.CLUSTER_IP, "10.1.9.9");
        assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.FORWARD);
        assertThat(explanation.endpoint()).isNull();
        assertThat(detail(explanation, "scheduler")).isEqualTo("random: chance decides, in proportion to weight");
        fixture.serve(endpoint(1, true, 1), endpoint(2, true, 0));
        assertThat(explain(FrontendKind.CLUSTER_IP, "10.1.9.9").endpoint()).isEqualTo(endpoint(1, true, 1));
    }

    @Test
    void tellsWhyNobodyTakesIt() {
        fixture.serve(endpoint(1, true, 0));
        Explanation explanation = explain(FrontendKind.CLUSTER_IP, "10.1.9.9");
        assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.REFUSE);
        assertThat(explanation.reason()).isEqualTo(RefuseReason.NO_WEIGHT);
        fixture.serve();
        assertThat(explain(FrontendKind.CLUSTER_IP, "10.1.9.9").reason()).isEqualTo(RefuseReason.NO_ENDPOINTS);
    }

    /** Over random Services and clients: what is explained happens, and explaining changes nothing. */
    @Test
    void whatIsExplainedHappens() {
        String[] schedulers = {"rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh"};
        String[] clients = {"10.1.0.1", "10.1.0.2", "10.2.0.1", "203.0.113.1", "198.18.0.1", "192.0.2.9"};
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 400; round++) {
            fixture.scheduler = schedulers[random.nextInt(schedulers.length)];
            fixture.internal = policy(random);
            fixture.external = policy(random);
            fixture.sourceRanges = random.nextInt(3) == 0 ? List.of(Cidr.parse("192.0.2.0/24")) : List.of();
            fixture.sessionAffinity =
                    random.nextBoolean() ? SessionAffinity.NONE : new SessionAffinity.ClientIp(Duration.ofMinutes(1));
            Endpoint[] endpoints = new Endpoint[random.nextInt(5)];
            for (int i = 0; i < endpoints.length; i++) {
                endpoints[i] = endpoint(i + 1, random.nextBoolean(), random.nextInt(3));
            }
            fixture.serve(endpoints);
            for (int step = 0; step < 10; step++) {
                Frontend frontend = frontend(FrontendKind.values()[random.nextInt(4)]);
                assertExplained(frontend, client(clients[random.nextInt(clients.length)]));
            }
        }
    }

    private static TrafficPolicy policy(SplittableRandom random) {
        return random.nextBoolean() ? TrafficPolicy.CLUSTER : TrafficPolicy.LOCAL;
    }

    private void assertExplained(Frontend frontend, AddressPort client) {
        int entries = fixture.affinity.entries();
        Explanation explanation = fixture.router.explain(frontend, client);
        assertThat(fixture.router.explain(frontend, client)).isEqualTo(explanation);
        assertThat(fixture.affinity.entries()).isEqualTo(entries);
        Decision decision = fixture.router.decide(frontend, client, Set.of());
        if (decision instanceof Decision.Forward forward) {
            assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.FORWARD);
            assertThat(explanation.endpoint()).isEqualTo(forward.lease().endpoint());
            assertThat(detail(explanation, "client-address").startsWith("the client's"))
                    .isEqualTo(forward.keepClientAddress());
        } else if (decision instanceof Decision.Refuse refuse) {
            assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.REFUSE);
            assertThat(explanation.reason()).isEqualTo(refuse.reason());
        } else {
            assertThat(explanation.verdict()).isEqualTo(Explanation.Verdict.DROP);
            assertThat(explanation.reason()).isEqualTo(((Decision.Drop) decision).reason());
        }
    }
}
