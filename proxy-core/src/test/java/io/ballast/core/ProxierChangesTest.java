package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;
import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.testing.FakeLoadBalancers.FakeLoadBalancer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Changes of Services and endpoints, on their way to the dataplane. */
class ProxierChangesTest {
    private static final NamespacedName WEB = new NamespacedName("default", "web");

    private final ProxierFixture fixture = new ProxierFixture();
    private final Proxier proxier = fixture.proxier(SyncObserver.NONE);

    @Test
    void reachTheDataplaneAsTheirDifferenceOnly() {
        fixture.ready(proxier);
        proxier.upsert(ProxierFixture.web().build());
        proxier.upsert(service("api").clusterIp("10.96.0.11").port(80).build());
        proxier.upsert(slice("web-1", "web").port(8080).endpoints("10.1.0.1").build());
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
        proxier.upsert(slice("other-1", "other").port(80).endpoints("10.1.0.9").build());
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

        proxier.upsert(
                ProxierFixture.web().annotation("ballast.io/scheduler", "lc").build());
        proxier.sync();

        assertThat(fixture.find("10.96.0.10", 80).route().balancer()).isSameAs(balancer);
        assertThat(balancer.updates()).isEqualTo(1);
        assertThat(balancer.servicePort().options().scheduler()).isEqualTo("lc");
    }

    @Test
    void thatRemoveAPortTakeItsEndpointsFromTheLoadBalancer() {
        proxier.upsert(ProxierFixture.web().build());
        proxier.upsert(slice("web-1", "web").port(8080).endpoints("10.1.0.1").build());
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
        FrontendRoute found = Objects.requireNonNull(fixture.dataplane.table().find(frontend));
        return found.route().servingEndpoints().stream().map(Object::toString).toList();
    }
}
