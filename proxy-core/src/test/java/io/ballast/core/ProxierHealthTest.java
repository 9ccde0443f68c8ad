package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;
import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.health.ServiceHealth;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.testing.ServiceBuilder;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Health check ports: cases 40 and 41. */
class ProxierHealthTest {
    private static final NamespacedName WEB = new NamespacedName("default", "web");

    private final ProxierFixture fixture = new ProxierFixture();
    private final Proxier proxier = fixture.proxier(SyncObserver.NONE);

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
        proxier.upsert(
                slice("web-1", "web").port(8080).endpoint("10.1.0.1", "R @n1").build());
        proxier.sync();
        assertThat(health(IpFamily.IPV4)).containsExactly(1);
        assertThat(health(IpFamily.IPV6)).isEmpty();

        proxier.upsert(
                slice("web-1", "web").port(8080).endpoint("10.1.0.1", "ST @n1").build());
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
