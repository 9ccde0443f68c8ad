package io.ballast.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.spi.SyncObserver.Policy;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.testing.FakeBalancer;
import io.ballast.daemon.testing.FakePort;
import io.ballast.daemon.testing.PromText;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Map<String, String> WEB =
            Map.of("namespace", "default", "service", "web", "port", "80", "protocol", "TCP");
    private static final Map<String, String> DNS =
            Map.of("namespace", "kube-system", "service", "dns", "port", "53", "protocol", "UDP");

    private final AtomicReference<RoutingTable> table = new AtomicReference<>(RoutingTable.EMPTY);
    private Metrics metrics = metrics(EnumSet.allOf(IpFamily.class), false);

    private Metrics metrics(Set<IpFamily> served, boolean perEndpoint) {
        TableFacts facts = new TableFacts(
                table::get,
                () -> 2,
                () -> 17,
                () -> Map.of("sk_lookup", true, "keep_client_address", false),
                () -> Map.of("ports", 3L, "path", 0L),
                () -> Map.of("nftables", 1L));
        Map<String, String> build = Map.of("version", "1.2.3", "java_version", "25");
        return new Metrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), served, facts, build, perEndpoint);
    }

    @AfterEach
    void closeMetrics() {
        metrics.close();
    }

    @Test
    void namesAndTypesAreThoseOfTheContract() {
        Map<String, String> types = scrape().types();

        assertThat(types).containsAllEntriesOf(contract());
        assertThat(types.keySet().stream().filter(name -> !name.startsWith("jvm_") && !name.startsWith("netty_")))
                .containsExactlyInAnyOrderElementsOf(contract().keySet());
    }

    private static Map<String, String> contract() {
        return """
                ballast_client_ip_fallbacks_total counter
                ballast_repairs_total counter
                kubeproxy_sync_proxy_rules_duration_seconds histogram
                kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge
                kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds gauge
                kubeproxy_network_programming_duration_seconds histogram
                kubeproxy_sync_proxy_rules_endpoint_changes_pending gauge
                kubeproxy_sync_proxy_rules_endpoint_changes_total counter
                kubeproxy_sync_proxy_rules_service_changes_pending gauge
                kubeproxy_sync_proxy_rules_service_changes_total counter
                kubeproxy_sync_proxy_rules_no_local_endpoints_total gauge
                kubeproxy_proxy_healthz_total counter
                kubeproxy_proxy_livez_total counter
                rest_client_requests_total counter
                rest_client_request_duration_seconds histogram
                process_cpu_seconds_total counter
                process_resident_memory_bytes gauge
                process_virtual_memory_bytes gauge
                process_open_fds gauge
                process_max_fds gauge
                process_start_time_seconds gauge
                ballast_build_info gauge
                ballast_services gauge
                ballast_frontends gauge
                ballast_frontend_failures gauge
                ballast_capability gauge
                ballast_affinity_entries gauge
                ballast_connections_opened_total counter
                ballast_connections_active gauge
                ballast_connections_closed_total counter
                ballast_bytes_total counter
                ballast_connect_duration_seconds histogram
                ballast_connect_failures_total counter
                ballast_connect_retries_total counter
                ballast_refused_total counter
                ballast_udp_sessions_active gauge
                ballast_datagrams_total counter
                ballast_endpoints gauge
                """.lines().map(line -> line.split(" ")).collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    @Test
    void countsTrafficOfATcpPort() {
        ServicePortStats stats = new ServicePortStats();
        table.set(FakePort.of("default/web", "http", "tcp", 80).stats(stats).addTo(RoutingTable.EMPTY));
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

        PromText text = scrape();

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
        table.set(FakePort.of("kube-system/dns", "dns", "udp", 53).stats(stats).addTo(RoutingTable.EMPTY));
        stats.sessionOpened();
        stats.sessionOpened();
        stats.sessionClosed(CloseReason.EVICTED);
        stats.datagrams(Direction.TO_CLIENT, 5);

        PromText text = scrape();

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
        table.set(FakePort.of("default/web", "http", "tcp", 80)
                .clusterIp("2001:db8::80")
                .stats(shared)
                .ready("2001:db8::1", 8080, true)
                .addTo(ipv4));

        PromText text = scrape();

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
        table.set(FakePort.of("default/web", "b", "tcp", 80).addTo(one));

        assertThat(scrape().samples("ballast_connections_active")).hasSize(1);
    }

    @Test
    void manyServicesAreWrittenInSmallPieces() {
        RoutingTable many = RoutingTable.EMPTY;
        for (int i = 0; i < 10_000; i++) {
            many = FakePort.of("team-" + i % 50 + "/service-" + i, "http", "tcp", 80)
                    .clusterIp("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255))
                    .ready("192.0.2.1", 8080, true)
                    .addTo(many);
        }
        table.set(many);
        HttpReply.Body.Streamed body =
                (HttpReply.Body.Streamed) metrics.scrape().body();
        StringBuilder piece = new StringBuilder();
        StringBuilder whole = new StringBuilder();
        int longest = 0;
        while (body.source().appendNext(piece)) {
            longest = Math.max(longest, piece.length());
            whole.append(piece);
            piece.setLength(0);
        }

        assertThat(longest).isLessThan(64 * 1024);
        assertThat(PromText.parse(whole.toString()).samples("ballast_connections_active"))
                .hasSize(10_000);
    }

    @Test
    void seriesOfADeletedServiceGoAway() {
        table.set(FakePort.of("default/web", "http", "tcp", 80).addTo(RoutingTable.EMPTY));
        assertThat(scrape().samples("ballast_connections_active")).hasSize(1);

        table.set(RoutingTable.EMPTY);

        assertThat(scrape().samples("ballast_connections_active")).isEmpty();
    }

    @Test
    void addressesAppearInLabelsOnlyWhenAskedFor() {
        FakeBalancer balancer = new FakeBalancer().load(new AddressPort(IpAddress.parse("192.0.2.1"), 8080), 4, 40, 1);
        table.set(FakePort.of("default/web", "http", "tcp", 80)
                .balancer(balancer)
                .ready("192.0.2.1", 8080, true)
                .addTo(RoutingTable.EMPTY));
        assertThat(text()).doesNotContain("192.0.2.1");

        metrics.close();
        metrics = metrics(EnumSet.allOf(IpFamily.class), true);

        PromText text = scrape();
        Map<String, String> endpoint = and(WEB, "endpoint", "192.0.2.1:8080");
        assertThat(text.value("ballast_endpoint_connections_active", endpoint)).isEqualTo(4);
        assertThat(text.value("ballast_endpoint_connections_opened_total", endpoint))
                .isEqualTo(40);
        assertThat(text.value("ballast_endpoint_connect_failures_total", endpoint))
                .isEqualTo(1);
        assertThat(text.value("ballast_endpoint_weight", endpoint)).isEqualTo(1);
    }

    @Test
    void bucketsAreUpstreams() {
        PromText text = scrape();

        assertThat(bounds(text, "kubeproxy_sync_proxy_rules_duration_seconds"))
                .hasSize(16)
                .startsWith("0.001", "0.002", "0.004")
                .endsWith("8.192", "16.384", "+Inf");
        assertThat(bounds(text, "kubeproxy_network_programming_duration_seconds"))
                .hasSize(2 + 59 + 12 + 7 + 1)
                .startsWith("0.25", "0.5", "1", "2")
                .contains("59", "60", "65", "115", "120", "150")
                .endsWith("270", "300", "+Inf");
    }

    private static List<String> bounds(PromText text, String name) {
        return text.samples(name + "_bucket").stream()
                .filter(sample -> "IPv4".equals(sample.labels().get("ip_family")))
                .map(sample -> sample.labels().get("le"))
                .toList();
    }

    @Test
    void exposesOnlyTheFamiliesThatRun() {
        metrics.close();
        metrics = metrics(EnumSet.of(IpFamily.IPV6), false);

        assertThat(scrape().samples("kubeproxy_sync_proxy_rules_last_timestamp_seconds"))
                .extracting(sample -> sample.labels().get("ip_family"))
                .containsExactly("IPv6");
    }

    @Test
    void recordsSyncs() {
        double before = (double) Instant.now().getEpochSecond();
        KubeProxyMetrics kubeProxy = metrics.kubeProxy();
        kubeProxy.endpointSliceChangeSeen(1);
        kubeProxy.serviceChangeSeen(1);
        kubeProxy.syncRequested(IpFamily.IPV6);
        kubeProxy.syncFinished(Duration.ofMillis(3));
        kubeProxy.programmed(IpFamily.IPV4, Duration.ofSeconds(2));
        kubeProxy.programmed(IpFamily.IPV4, Duration.ofSeconds(-2));
        kubeProxy.noLocalEndpoints(Policy.INTERNAL, IpFamily.IPV4, 3);
        kubeProxy.noLocalEndpoints(Policy.EXTERNAL, IpFamily.IPV4, 4);
        kubeProxy.serviceChangeSeen(6);
        kubeProxy.endpointSliceChangeSeen(7);

        PromText text = scrape();

        Map<String, String> ipv4 = Map.of("ip_family", "IPv4");
        Map<String, String> ipv6 = Map.of("ip_family", "IPv6");
        assertThat(text.value("kubeproxy_sync_proxy_rules_duration_seconds_count", ipv4))
                .isEqualTo(1);
        assertThat(text.value("kubeproxy_sync_proxy_rules_duration_seconds_sum", ipv6))
                .isEqualTo(0.003);
        assertThat(text.value("kubeproxy_sync_proxy_rules_last_timestamp_seconds", ipv4))
                .isGreaterThanOrEqualTo(before);
        String lastQueued = "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds";
        assertThat(text.value(lastQueued, ipv6)).isGreaterThanOrEqualTo(before);
        assertThat(text.value(lastQueued, ipv4)).isZero();
        assertThat(text.value("kubeproxy_network_programming_duration_seconds_sum", ipv4))
                .isEqualTo(2);
        assertThat(text.value("kubeproxy_network_programming_duration_seconds_count", ipv4))
                .isEqualTo(2);
        String noLocal = "kubeproxy_sync_proxy_rules_no_local_endpoints_total";
        assertThat(text.value(noLocal, and(ipv4, "traffic_policy", "internal"))).isEqualTo(3);
        assertThat(text.value(noLocal, and(ipv4, "traffic_policy", "external"))).isEqualTo(4);
        assertThat(text.value("kubeproxy_sync_proxy_rules_endpoint_changes_total", Map.of()))
                .isEqualTo(2);
        assertThat(text.value("kubeproxy_sync_proxy_rules_endpoint_changes_pending", Map.of()))
                .isEqualTo(7);
        assertThat(text.value("kubeproxy_sync_proxy_rules_service_changes_total", Map.of()))
                .as("once for each of two families")
                .isEqualTo(4);
        assertThat(text.value("kubeproxy_sync_proxy_rules_service_changes_pending", Map.of()))
                .isEqualTo(6);
    }

    @Test
    void aFinishedSyncLeavesNothingPending() {
        metrics.kubeProxy().serviceChangeSeen(1);
        metrics.kubeProxy().endpointSliceChangeSeen(1);

        metrics.kubeProxy().syncFinished(Duration.ZERO);

        PromText text = scrape();
        assertThat(text.value("kubeproxy_sync_proxy_rules_service_changes_pending", Map.of()))
                .isZero();
        assertThat(text.value("kubeproxy_sync_proxy_rules_endpoint_changes_pending", Map.of()))
                .isZero();
    }

    @Test
    void recordsProbesAndRequests() {
        metrics.kubeProxy().healthzAnswered(503);
        metrics.kubeProxy().livezAnswered(200);
        metrics.restClient().answered("GET", "192.0.2.9:6443", "200", Duration.ofMillis(20));

        PromText text = scrape();

        assertThat(text.value("kubeproxy_proxy_healthz_total", Map.of("code", "503")))
                .isEqualTo(1);
        assertThat(text.value("kubeproxy_proxy_livez_total", Map.of("code", "200")))
                .isEqualTo(1);
        assertThat(text.value("rest_client_requests_total", Map.of("code", "200", "method", "GET")))
                .isEqualTo(1);
        assertThat(text.value("rest_client_request_duration_seconds_count", Map.of("verb", "GET")))
                .isEqualTo(1);
    }

    @Test
    void describesProcessAndDaemon() {
        PromText text = scrape();

        assertThat(text.value("process_resident_memory_bytes", Map.of())).isGreaterThan(10_000_000);
        assertThat(text.value("process_open_fds", Map.of())).isPositive();
        assertThat(text.value("process_cpu_seconds_total", Map.of())).isPositive();
        assertThat(text.value("process_start_time_seconds", Map.of())).isGreaterThan(1_500_000_000);
        assertThat(text.value("ballast_build_info", Map.of("version", "1.2.3", "java_version", "25")))
                .isEqualTo(1);
        assertThat(text.value("ballast_capability", Map.of("feature", "sk_lookup")))
                .isEqualTo(1);
        assertThat(text.value("ballast_capability", Map.of("feature", "keep_client_address")))
                .isZero();
        assertThat(text.value("ballast_frontend_failures", Map.of())).isEqualTo(2);
        assertThat(text.value("ballast_affinity_entries", Map.of())).isEqualTo(17);
        assertThat(text.types()).containsKeys("jvm_memory_used_bytes", "jvm_threads_live_threads", "jvm_info");
    }

    @Test
    void showsNettysAllocator() {
        metrics.watch(PooledByteBufAllocator.DEFAULT);

        assertThat(scrape().types()).containsKey("netty_allocator_memory_used");
    }

    @Test
    void escapesNamesThatNeedIt() {
        table.set(FakePort.of("default/we\"b\\\n", "http", "tcp", 80).addTo(RoutingTable.EMPTY));

        assertThat(scrape().samples("ballast_connections_active"))
                .singleElement()
                .satisfies(sample -> assertThat(sample.labels()).containsEntry("service", "we\\\"b\\\\\\n"));
    }

    private static Map<String, String> and(Map<String, String> labels, String name, String value) {
        var more = new java.util.HashMap<>(labels);
        more.put(name, value);
        return more;
    }

    private PromText scrape() {
        return PromText.parse(text());
    }

    private String text() {
        HttpReply.Body.Streamed body =
                (HttpReply.Body.Streamed) metrics.scrape().body();
        StringBuilder text = new StringBuilder();
        boolean more = true;
        while (more) {
            more = body.source().appendNext(text);
        }
        return text.toString();
    }
}
