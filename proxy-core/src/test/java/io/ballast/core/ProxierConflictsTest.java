package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;
import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.testing.FakeLoadBalancers.FakeLoadBalancer;
import io.ballast.core.testing.ServiceBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who gets an address that two Services claim: the one that was created first. */
class ProxierConflictsTest {
    private final ProxierFixture fixture = new ProxierFixture();
    private final Proxier proxier = fixture.proxier(SyncObserver.NONE);

    private ServiceBuilder named(String namespace, int last) {
        return service(new NamespacedName(namespace, "web")).clusterIp("10.96.0." + last);
    }

    private ServiceBuilder created(String namespace, int last, int day) {
        return named(namespace, last).created("2026-01-%02dT00:00:00Z".formatted(day));
    }

    /** All that two Services can both claim. */
    private ServiceBuilder claiming(ServiceBuilder service) {
        return service.clusterIp("10.96.0.1")
                .nodePort("", Protocol.TCP, 80, 30080)
                .externalIps("203.0.113.1")
                .ingress("203.0.113.2", "VIP");
    }

    private static final Set<String> CLAIMED =
            Set.of("10.96.0.1:80", "192.0.2.1:30080", "203.0.113.1:80", "203.0.113.2:80");

    private Set<String> owners() {
        return CLAIMED.stream()
                .map(text -> text.split(":"))
                .map(words -> owner(words[0], Integer.parseInt(words[1])))
                .collect(Collectors.toSet());
    }

    @Test
    void areLostByTheNewcomerWhateverItsName() {
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.1"));
        proxier.upsert(claiming(created("b", 2, 1)).build());
        fixture.ready(proxier);

        proxier.upsert(claiming(created("a", 1, 2)).build());
        proxier.sync();
        assertThat(owners()).containsExactly("b/web/tcp");
        assertThat(fixture.dataplane.lastDiff().frontends()).isEmpty();
        assertThat(fixture.warnings.take())
                .singleElement()
                .asString()
                .startsWith("a/web FrontendConflict: Port a/web/tcp is not reachable at 10.96.0.1:80/tcp (ClusterIP),")
                .contains(" and 1 more: b/web/tcp has it.");

        proxier.deleteService(new NamespacedName("b", "web"));
        proxier.sync();
        assertThat(owners()).containsExactly("a/web/tcp");

        proxier.upsert(claiming(created("b", 2, 3)).build());
        proxier.sync();
        assertThat(owners()).containsExactly("a/web/tcp");
    }

    @Test
    void endTheSameAfterARestart() {
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.1"));
        proxier.upsert(claiming(created("a", 1, 2)).build());
        proxier.upsert(claiming(created("c", 1, 1)).build());
        proxier.upsert(claiming(created("b", 2, 1)).build());
        fixture.ready(proxier);

        assertThat(owners()).containsExactly("b/web/tcp");
    }

    /** The age is the Service's, not the claim's. */
    @Test
    void areWonByAnOlderServiceThatClaimsLater() {
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.1"));
        proxier.upsert(created("z", 9, 1).port(80).build());
        proxier.upsert(created("a", 1, 2).port(80).externalIps("203.0.113.1").build());
        fixture.ready(proxier);
        fixture.warnings.take();

        proxier.upsert(created("z", 9, 1).port(80).externalIps("203.0.113.1").build());
        proxier.sync();
        assertThat(owner("203.0.113.1", 80)).isEqualTo("z/web/tcp");
        assertThat(fixture.warnings.take()).singleElement().asString().startsWith("a/web FrontendConflict");

        proxier.upsert(created("z", 9, 1).port(80).build());
        proxier.sync();
        assertThat(owner("203.0.113.1", 80)).isEqualTo("a/web/tcp");
    }

    @Test
    void areLostByAServiceThatIsMadeAnewUnderItsName() {
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.1"));
        proxier.upsert(claiming(created("b", 2, 1)).build());
        proxier.upsert(claiming(created("a", 1, 2)).build());
        fixture.ready(proxier);
        fixture.warnings.take();

        proxier.upsert(claiming(created("b", 2, 3)).build());
        proxier.sync();

        assertThat(owners()).containsExactly("a/web/tcp");
        assertThat(fixture.warnings.take()).singleElement().asString().startsWith("b/web FrontendConflict");
    }

    @Test
    void ofOneAgeGoToTheFirstNameAndBackWhenItGoes() {
        proxier.upsert(named("b", 2).port(80).externalIps("203.0.113.1").build());
        fixture.ready(proxier);
        assertThat(owner("203.0.113.1", 80)).isEqualTo("b/web/tcp");

        proxier.upsert(named("a", 1).port(80).externalIps("203.0.113.1").build());
        proxier.sync();
        assertThat(owner("203.0.113.1", 80)).isEqualTo("a/web/tcp");
        assertThat(fixture.warnings.take())
                .singleElement()
                .asString()
                .startsWith("b/web FrontendConflict: Port b/web/tcp is not reachable at 203.0.113.1:80/tcp"
                        + " (ExternalIP): a/web/tcp has it.");

        proxier.upsert(
                named("b", 2).port(80).externalIps("203.0.113.1", "203.0.113.2").build());
        proxier.sync();
        assertThat(fixture.warnings.take()).isEmpty();

        proxier.deleteService(new NamespacedName("a", "web"));
        proxier.sync();
        assertThat(owner("203.0.113.1", 80)).isEqualTo("b/web/tcp");
        assertThat(fixture.warnings.take()).isEmpty();
    }

    /** The frontend accepts all the time, and the dataplane takes some to lead its clients to the heir. */
    @Test
    void passOnWithoutRefusingWhoIsLedToTheFormerOwner() {
        List<Integer> candidates = new ArrayList<>();
        Proxier watched = fixture.proxier(
                ProxierFixture.SETTINGS,
                new Dataplane() {
                    @Override
                    public void apply(RoutingTable table, RoutingTableDiff diff) {
                        diff.routes().stream()
                                .map(RoutingTableDiff.RouteChange::before)
                                .filter(Objects::nonNull)
                                .map(route -> (FakeLoadBalancer) route.balancer())
                                .forEach(balancer -> candidates.add(
                                        balancer.endpoints().reachable().size()));
                    }

                    @Override
                    public void retryFailed() {}
                },
                SyncObserver.NONE);
        watched.upsert(created("a", 1, 1).port(80).externalIps("203.0.113.1").build());
        watched.upsert(created("b", 2, 2).port(80).externalIps("203.0.113.1").build());
        watched.upsert(slice(new NamespacedName("a", "web-1"), "web")
                .port(8080)
                .endpoints("10.1.0.1", "10.1.0.2")
                .build());
        fixture.ready(watched);

        watched.deleteService(new NamespacedName("a", "web"));
        watched.sync();

        assertThat(candidates).containsExactly(2);
    }

    @Test
    void overOneNodePortAreOneWarning() {
        proxier.nodeAddressesChanged(
                ProxierFixture.interfaces("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"));
        proxier.upsert(named("a", 1).nodePort("", Protocol.TCP, 80, 30080).build());
        proxier.upsert(named("b", 2).nodePort("", Protocol.TCP, 80, 30080).build());
        fixture.ready(proxier);

        assertThat(owner("192.0.2.4", 30080)).isEqualTo("a/web/tcp");
        assertThat(fixture.warnings.take())
                .singleElement()
                .asString()
                .contains("b/web FrontendConflict", "192.0.2.1:30080/tcp (NodePort)", "and 2 more");
    }

    @Test
    void withAnExactAddressAreLostByTheNodePort() {
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.1"));
        proxier.upsert(named("a", 1).nodePort("", Protocol.TCP, 80, 30080).build());
        proxier.upsert(named("b", 2).port(30080).externalIps("192.0.2.1").build());
        fixture.ready(proxier);

        assertThat(owner("192.0.2.1", 30080)).isEqualTo("b/web/tcp");
    }

    @Test
    void nobodyTakesAClusterIpByNamingItAsExternalIp() {
        proxier.upsert(named("a", 1).port(53).externalIps("10.96.0.2").build());
        proxier.upsert(named("b", 2).port(53).build());
        fixture.ready(proxier);

        assertThat(owner("10.96.0.2", 53)).isEqualTo("b/web/tcp");
        assertThat(fixture.find("10.96.0.2", 53).kind()).isEqualTo(FrontendKind.CLUSTER_IP);
    }

    @Test
    void withinOneServicePortAreNone() {
        proxier.upsert(named("a", 1)
                .port(80)
                .externalIps("203.0.113.1")
                .ingress("203.0.113.1", "VIP")
                .build());
        fixture.ready(proxier);
        assertThat(fixture.warnings.take()).isEmpty();
        assertThat(fixture.find("203.0.113.1", 80).kind()).isEqualTo(FrontendKind.EXTERNAL_IP);

        proxier.upsert(named("a", 1).port(80).ingress("203.0.113.1", "VIP").build());
        proxier.sync();
        assertThat(fixture.find("203.0.113.1", 80).kind()).isEqualTo(FrontendKind.LOAD_BALANCER_IP);
    }

    private String owner(String address, int port) {
        return fixture.find(address, port).route().servicePort().name().toString();
    }
}
