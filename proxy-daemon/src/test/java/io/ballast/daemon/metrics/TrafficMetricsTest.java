package io.ballast.daemon.metrics;

import static io.ballast.daemon.metrics.MetricsFixture.WEB;
import static io.ballast.daemon.metrics.MetricsFixture.and;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.testing.FakeBalancer;
import io.ballast.daemon.testing.FakePort;
import io.ballast.daemon.testing.PromText;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is counted for each port of a Service. */
class TrafficMetricsTest {
    private static final Map<String, String> DNS =
            Map.of("namespace", "kube-system", "service", "dns", "port", "53", "protocol", "UDP");

    @RegisterExtension
    final MetricsFixture fixture = new MetricsFixture();

    @Test
    void countsTrafficOfATcpPort() {
        ServicePortStats stats = new ServicePortStats();
        fixture.table.set(
                FakePort.of("default/web", "http", "tcp", 80).stats(stats).addTo(RoutingTable.EMPTY));
        for (int i = 0; i < 3; i++) {
            stats.connectionOpened();
            stats.connected(Duration.ofMillis(2).toNanos());
        }
        stats.connectionClosed(CloseReason.IDLE);
        stats.bytes(Direction.TO_ENDPOINT, 100);
        stats.bytes(Direction.TO_CLIENT, 9000);
        stats.connectFailed(ConnectFailure.REFUSED);
        stats.connectRetried();
        stats.refused(RefuseReason.NO_ENDPOINTS);

        PromText text = fixture.scrape();

        assertThat(text.value("ballast_connections_opened_total", WEB)).isEqualTo(3);
        assertThat(text.value("ballast_connections_active", WEB)).isEqualTo(2);
        assertThat(text.value("ballast_connections_closed_total", and(WEB, "reason", "idle")))
                .isEqualTo(1);
        assertThat(text.value("ballast_bytes_total", and(WEB, "direction", "to_endpoint")))
                .isEqualTo(100);
        assertThat(text.value("ballast_bytes_total", and(WEB, "direction", "to_client")))
                .isEqualTo(9000);
        assertThat(text.value("ballast_connect_failures_total", and(WEB, "reason", "refused")))
                .isEqualTo(1);
        assertThat(text.value("ballast_connect_retries_total", WEB)).isEqualTo(1);
        assertThat(text.value("ballast_refused_total", and(WEB, "reason", "no_endpoints")))
                .isEqualTo(1);
        assertThat(text.value("ballast_connect_duration_seconds_count", WEB)).isEqualTo(3);
        assertThat(text.value("ballast_connect_duration_seconds_sum", WEB)).isEqualTo(0.006);
        assertThat(text.value("ballast_connect_duration_seconds_bucket", and(WEB, "le", "0.001")))
                .isZero();
        assertThat(text.value("ballast_connect_duration_seconds_bucket", and(WEB, "le", "0.0025")))
                .isEqualTo(3);
        assertThat(text.samples("ballast_udp_sessions_active")).isEmpty();
    }

    @Test
    void countsTrafficOfAUdpPort() {
        ServicePortStats stats = new ServicePortStats();
        fixture.table.set(
                FakePort.of("kube-system/dns", "dns", "udp", 53).stats(stats).addTo(RoutingTable.EMPTY));
        stats.sessionOpened();
        stats.sessionOpened();
        stats.sessionClosed(CloseReason.EVICTED);
        stats.datagrams(Direction.TO_CLIENT, 5);

        PromText text = fixture.scrape();

        assertThat(text.value("ballast_udp_sessions_active", DNS)).isEqualTo(1);
        assertThat(text.value("ballast_connections_closed_total", and(DNS, "reason", "evicted")))
                .isEqualTo(1);
        assertThat(text.value("ballast_datagrams_total", and(DNS, "direction", "to_client")))
                .isEqualTo(5);
        assertThat(text.samples("ballast_connections_opened_total")).isEmpty();
    }

    @Test
    void bothFamiliesOfAPortMakeOneSeries() {
        ServicePortStats shared = new ServicePortStats();
        shared.connectionOpened();
        RoutingTable ipv4 = FakePort.of("default/web", "http", "tcp", 80)
                .stats(shared)
                .ready("192.0.2.1", 8080, true)
                .terminating("192.0.2.2", 8080, true)
                .ready("192.0.2.3", 8080, true)
                .balancer(new FakeBalancer().eject(new AddressPort(IpAddress.parse("192.0.2.3"), 8080)))
                .addTo(RoutingTable.EMPTY);
        fixture.table.set(FakePort.of("default/web", "http", "tcp", 80)
                .clusterIp("2001:db8::80")
                .stats(shared)
                .ready("2001:db8::1", 8080, true)
                .addTo(ipv4));

        PromText text = fixture.scrape();

        assertThat(text.value("ballast_connections_opened_total", WEB)).isEqualTo(1);
        assertThat(text.value("ballast_endpoints", and(WEB, "state", "ready"))).isEqualTo(2);
        assertThat(text.value("ballast_endpoints", and(WEB, "state", "terminating")))
                .isEqualTo(1);
        assertThat(text.value("ballast_endpoints", and(WEB, "state", "ejected")))
                .isEqualTo(1);
        assertThat(text.value("ballast_services", Map.of())).isEqualTo(1);
        assertThat(text.value("ballast_frontends", Map.of())).isEqualTo(2);
    }

    @Test
    void portsThatDifferInNameOnlyMakeOneSeries() {
        RoutingTable one = FakePort.of("default/web", "a", "tcp", 80).addTo(RoutingTable.EMPTY);
        fixture.table.set(FakePort.of("default/web", "b", "tcp", 80).addTo(one));

        assertThat(fixture.scrape().samples("ballast_connections_active")).hasSize(1);
    }

    @Test
    void seriesOfADeletedServiceGoAway() {
        fixture.table.set(FakePort.of("default/web", "http", "tcp", 80).addTo(RoutingTable.EMPTY));
        assertThat(fixture.scrape().samples("ballast_connections_active")).hasSize(1);

        fixture.table.set(RoutingTable.EMPTY);

        assertThat(fixture.scrape().samples("ballast_connections_active")).isEmpty();
    }

    @Test
    void addressesAppearInLabelsOnlyWhenAskedFor() {
        FakeBalancer balancer = new FakeBalancer().load(new AddressPort(IpAddress.parse("192.0.2.1"), 8080), 4, 40, 1);
        fixture.table.set(FakePort.of("default/web", "http", "tcp", 80)
                .balancer(balancer)
                .ready("192.0.2.1", 8080, true)
                .addTo(RoutingTable.EMPTY));
        assertThat(fixture.text()).doesNotContain("192.0.2.1");

        fixture.restart(EnumSet.allOf(IpFamily.class), true);

        PromText text = fixture.scrape();
        Map<String, String> endpoint = and(WEB, "endpoint", "192.0.2.1:8080");
        assertThat(text.value("ballast_endpoint_connections_active", endpoint)).isEqualTo(4);
        assertThat(text.value("ballast_endpoint_connections_opened_total", endpoint))
                .isEqualTo(40);
        assertThat(text.value("ballast_endpoint_connect_failures_total", endpoint))
                .isEqualTo(1);
        assertThat(text.value("ballast_endpoint_weight", endpoint)).isEqualTo(1);
    }

    @Test
    void escapesNamesThatNeedIt() {
        fixture.table.set(FakePort.of("default/we\"b\\\n", "http", "tcp", 80).addTo(RoutingTable.EMPTY));

        assertThat(fixture.scrape().samples("ballast_connections_active"))
                .singleElement()
                .satisfies(sample -> assertThat(sample.labels()).containsEntry("service", "we\\\"b\\\\\\n"));
    }
}
