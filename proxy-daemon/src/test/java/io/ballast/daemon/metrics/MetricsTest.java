package io.ballast.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.routing.RoutingTable;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.testing.FakePort;
import io.ballast.daemon.testing.PromText;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a scrape shows, and in which form. */
class MetricsTest {
    @RegisterExtension
    final MetricsFixture fixture = new MetricsFixture();

    @Test
    void namesAndTypesAreThoseOfTheContract() {
        Map<String, String> types = fixture.scrape().types();

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
    void manyServicesAreWrittenInSmallPieces() {
        RoutingTable many = RoutingTable.EMPTY;
        for (int i = 0; i < 10_000; i++) {
            many = FakePort.of("team-" + i % 50 + "/service-" + i, "http", "tcp", 80)
                    .clusterIp("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255))
                    .ready("192.0.2.1", 8080, true)
                    .addTo(many);
        }
        fixture.table.set(many);
        HttpReply.Body.Streamed body =
                (HttpReply.Body.Streamed) fixture.metrics().scrape().body();
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
    void describesProcessAndDaemon() {
        PromText text = fixture.scrape();

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
        fixture.metrics().watch(PooledByteBufAllocator.DEFAULT);

        assertThat(fixture.scrape().types()).containsKey("netty_allocator_memory_used");
    }
}
