package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;
import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.health.ServiceHealth;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.testing.FakeLoadBalancers.FakeLoadBalancer;
import io.ballast.core.testing.ServiceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProxierTest {
    private static final NamespacedName WEB = new NamespacedName("default", "web");

    private final ProxierFixture fixture = new ProxierFixture();
    private final Proxier proxier = fixture.proxier(SyncObserver.NONE);

    @Nested
    class AtStart {
        @Test
        void servesNothingBeforeTheFirstLists() {
            proxier.upsert(ProxierFixture.web().build());
            proxier.sync();
            proxier.servicesSynced();
            proxier.sync();
            proxier.endpointSlicesSynced();
            proxier.sync();
            assertThat(fixture.dataplane.calls()).isZero();
            assertThat(proxier.isReady()).isFalse();

            proxier.nodeSynced();
            proxier.sync();
            assertThat(proxier.hasSynced()).isTrue();
            assertThat(fixture.served()).containsExactly("10.96.0.10:80/tcp");
        }

        /** The API server may take minutes for a list: kube-proxy is healthy meanwhile, for nothing is overdue. */
        @Test
        void isHealthyHoweverLongTheFirstListsTake() {
            proxier.nodeSynced();
            assertThat(fixture.proxyHealth.report().families()).hasSize(2);

            proxier.upsert(ProxierFixture.web().build());
            proxier.upsert(new Node("n1", "", List.of("192.0.2.1"), List.of(), List.of(), Map.of(), List.of(), false));
            proxier.servicesSynced();
            fixture.clock.advance(Duration.ofMinutes(5));
            assertThat(fixture.proxyHealth.isHealthy()).isTrue();

            proxier.endpointSlicesSynced();
            fixture.clock.advance(Duration.ofSeconds(10));
            assertThat(fixture.proxyHealth.isHealthy()).isFalse();
        }

        @Test
        void tellsTheDataplaneOfAnEmptyClusterOnce() {
            fixture.ready(proxier);
            proxier.sync();

            assertThat(fixture.dataplane.calls()).isEqualTo(1);
            assertThat(fixture.dataplane.lastDiff().isEmpty()).isTrue();
        }
    }

    @Nested
    class Changes {
        @Test
        void reachTheDataplaneAsTheirDifferenceOnly() {
            fixture.ready(proxier);
            proxier.upsert(ProxierFixture.web().build());
            proxier.upsert(service("api").clusterIp("10.96.0.11").port(80).build());
            proxier.upsert(
                    slice("web-1", "web").port(8080).endpoints("10.1.0.1").build());
            proxier.sync();
            assertThat(fixture.dataplane.lastDiff().frontends()).hasSize(2);
            assertThat(fixture.dataplane.lastDiff().addedClusterIps()).hasSize(2);

            proxier.upsert(slice("web-1", "web")
                    .port(8080)
                    .endpoints("10.1.0.1", "10.1.0.2")
                    .build());
            proxier.sync();
            assertThat(fixture.dataplane.lastDiff().frontends()).hasSize(1);
            assertThat(fixture.dataplane.lastDiff().routes()).hasSize(1);
            assertThat(fixture.dataplane.lastDiff().addedClusterIps()).isEmpty();
        }

        @Test
        void thatChangeNothingHereDoNotReachIt() {
            proxier.upsert(ProxierFixture.web().build());
            fixture.ready(proxier);
            int calls = fixture.dataplane.calls();

            proxier.upsert(ProxierFixture.web().build());
            proxier.upsert(
                    slice("other-1", "other").port(80).endpoints("10.1.0.9").build());
            proxier.upsert(slice("web-1", "web")
                    .port("metrics", Protocol.TCP, 9090)
                    .endpoints("10.1.0.1")
                    .build());
            proxier.sync();

            assertThat(fixture.dataplane.calls()).isEqualTo(calls);
        }

        @Test
        void ofAnnotationsAloneReachTheLoadBalancer() {
            proxier.upsert(ProxierFixture.web().build());
            fixture.ready(proxier);
            FakeLoadBalancer balancer =
                    (FakeLoadBalancer) fixture.find("10.96.0.10", 80).route().balancer();

            proxier.upsert(ProxierFixture.web()
                    .annotation("ballast.io/scheduler", "lc")
                    .build());
            proxier.sync();

            assertThat(fixture.find("10.96.0.10", 80).route().balancer()).isSameAs(balancer);
            assertThat(balancer.updates()).isEqualTo(1);
            assertThat(balancer.servicePort().options().scheduler()).isEqualTo("lc");
        }

        @Test
        void thatRemoveAPortTakeItsEndpointsFromTheLoadBalancer() {
            proxier.upsert(ProxierFixture.web().build());
            proxier.upsert(
                    slice("web-1", "web").port(8080).endpoints("10.1.0.1").build());
            fixture.ready(proxier);
            FakeLoadBalancer balancer =
                    (FakeLoadBalancer) fixture.find("10.96.0.10", 80).route().balancer();

            proxier.deleteService(WEB);
            proxier.sync();

            assertThat(fixture.served()).isEmpty();
            assertThat(balancer.endpoints().reachable()).isEmpty();
            assertThat(balancer.endpoints().hasAny()).isFalse();
        }

        @Test
        void areDeliveredAgainAfterTheDataplaneFailed() {
            fixture.ready(proxier);
            proxier.upsert(ProxierFixture.web().build());
            fixture.dataplane.failing(true);
            assertThatThrownBy(proxier::sync).hasMessageContaining("told to fail");
            fixture.clock.advance(Duration.ofSeconds(10));
            assertThat(fixture.proxyHealth.isHealthy()).isFalse();

            fixture.dataplane.failing(false);
            proxier.sync();
            assertThat(fixture.served()).containsExactly("10.96.0.10:80/tcp");
            assertThat(fixture.proxyHealth.isHealthy()).isTrue();
        }

        @Test
        void case54KeepServingEndpointsKnownForUdpSessions() {
            proxier.upsert(service("dns")
                    .clusterIp("10.96.0.10")
                    .port("", Protocol.UDP, 53)
                    .build());
            proxier.upsert(slice("dns-1", "dns")
                    .port("", Protocol.UDP, 53)
                    .endpoint("10.1.0.1", "R")
                    .build());
            fixture.ready(proxier);
            Frontend dns = new Frontend(Protocol.UDP, IpAddress.parse("10.96.0.10"), 53);

            proxier.upsert(slice("dns-1", "dns")
                    .port("", Protocol.UDP, 53)
                    .endpoint("10.1.0.1", "ST")
                    .build());
            proxier.sync();
            assertThat(servingEndpoints(dns)).containsExactly("10.1.0.1:53");

            proxier.upsert(slice("dns-1", "dns").port("", Protocol.UDP, 53).build());
            proxier.sync();
            assertThat(servingEndpoints(dns)).isEmpty();
            assertThat(fixture.dataplane.lastDiff().routes()).hasSize(1);
        }

        private List<String> servingEndpoints(Frontend frontend) {
            FrontendRoute found =
                    Objects.requireNonNull(fixture.dataplane.table().find(frontend));
            return found.route().servingEndpoints().stream()
                    .map(Object::toString)
                    .toList();
        }
    }

    @Nested
    class TheNode {
        @Test
        void changesItsZoneAndEveryServiceFollows() {
            proxier.upsert(node("a", "192.0.2.10"));
            proxier.upsert(ProxierFixture.web().build());
            proxier.upsert(slice("web-1", "web")
                    .port(8080)
                    .endpoint("10.1.0.1", "R zone=a")
                    .endpoint("10.1.0.2", "R zone=b")
                    .build());
            fixture.ready(proxier);
            assertThat(reachable()).containsExactly("10.1.0.1:8080");

            proxier.upsert(node("b", "192.0.2.10"));
            proxier.sync();
            assertThat(reachable()).containsExactly("10.1.0.2:8080");

            proxier.deleteNode("n1");
            proxier.sync();
            assertThat(reachable()).containsExactly("10.1.0.2:8080");
        }

        @Test
        void isEligibleOnceItIsKnown() {
            assertThat(fixture.proxyHealth.isNodeEligible()).isFalse();
            proxier.upsert(node("a", "192.0.2.10"));
            assertThat(fixture.proxyHealth.isNodeEligible()).isTrue();
            assertThat(proxier.nodeIps().addresses()).hasToString("[192.0.2.10]");
        }

        private Node node(String zone, String... ips) {
            return new Node(
                    "n1", "", List.of(ips), List.of(), List.of(), Map.of(Node.ZONE_LABEL, zone), List.of(), false);
        }

        private List<String> reachable() {
            return fixture.find("10.96.0.10", 80).route().endpoints().reachable().stream()
                    .map(endpoint -> endpoint.address().toString())
                    .toList();
        }
    }

    @Nested
    class HealthCheckPorts {
        @Test
        void case40OpensAndClosesWithTheType() {
            ServiceBuilder loadBalancer = service("web")
                    .type(ServiceType.LOAD_BALANCER)
                    .external(TrafficPolicy.LOCAL)
                    .clusterIp("10.96.0.10")
                    .nodePort("", Protocol.TCP, 80, 30080)
                    .healthCheckNodePort(345);
            fixture.ready(proxier);
            proxier.upsert(ProxierFixture.web().build());
            proxier.sync();
            assertThat(health(IpFamily.IPV4)).isEmpty();

            proxier.upsert(loadBalancer.build());
            proxier.upsert(slice("web-1", "web")
                    .port(8080)
                    .endpoint("10.1.0.1", "R @n1")
                    .build());
            proxier.sync();
            assertThat(health(IpFamily.IPV4)).containsExactly(1);
            assertThat(health(IpFamily.IPV6)).isEmpty();

            proxier.upsert(slice("web-1", "web")
                    .port(8080)
                    .endpoint("10.1.0.1", "ST @n1")
                    .build());
            proxier.sync();
            assertThat(health(IpFamily.IPV4)).containsExactly(0);

            proxier.upsert(ProxierFixture.web().build());
            proxier.sync();
            assertThat(health(IpFamily.IPV4)).isEmpty();
        }

        @Test
        void case41OpensForLoadBalancersWithPolicyLocalOnly() {
            fixture.ready(proxier);
            for (int i = 1; i <= 5; i++) {
                proxier.upsert(service("s" + i)
                        .type(i < 4 ? ServiceType.LOAD_BALANCER : ServiceType.NODE_PORT)
                        .external(i % 2 == 1 ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER)
                        .clusterIp("10.96.0." + i)
                        .nodePort("", Protocol.TCP, 80, 30080 + i)
                        .healthCheckNodePort(340 + i)
                        .build());
            }
            proxier.sync();
            assertThat(withHealthCheckPort()).containsExactly("s1", "s3");

            for (int i = 1; i <= 4; i++) {
                proxier.deleteService(new NamespacedName("default", "s" + i));
            }
            proxier.sync();
            assertThat(withHealthCheckPort()).isEmpty();
            assertThat(fixture.served()).containsExactly("10.96.0.5:80/tcp");
        }

        private List<String> withHealthCheckPort() {
            ServiceHealth health = Objects.requireNonNull(fixture.serviceHealth.get(IpFamily.IPV4));
            return IntStream.rangeClosed(1, 5)
                    .mapToObj(i -> "s" + i)
                    .filter(name ->
                            health.report(new NamespacedName("default", name)).isPresent())
                    .toList();
        }

        private List<Integer> health(IpFamily family) {
            return Objects.requireNonNull(fixture.serviceHealth.get(family)).report(WEB).stream()
                    .map(report -> report.localEndpoints())
                    .toList();
        }
    }
}
