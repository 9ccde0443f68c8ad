package io.ballast.daemon.metrics;

import static io.ballast.daemon.metrics.MetricsFixture.and;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpFamily;
import io.ballast.core.spi.SyncObserver.Policy;
import io.ballast.daemon.testing.PromText;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** kube-proxy's own metrics: syncs, probes and requests to the API server. */
class KubeProxyMetricsTest {
    @RegisterExtension
    final MetricsFixture fixture = new MetricsFixture();

    @Test
    void recordsSyncs() {
        double before = (double) Instant.now().getEpochSecond();
        KubeProxyMetrics kubeProxy = fixture.metrics().kubeProxy();
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

        PromText text = fixture.scrape();

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
        fixture.metrics().kubeProxy().serviceChangeSeen(1);
        fixture.metrics().kubeProxy().endpointSliceChangeSeen(1);

        fixture.metrics().kubeProxy().syncFinished(Duration.ZERO);

        PromText text = fixture.scrape();
        assertThat(text.value("kubeproxy_sync_proxy_rules_service_changes_pending", Map.of()))
                .isZero();
        assertThat(text.value("kubeproxy_sync_proxy_rules_endpoint_changes_pending", Map.of()))
                .isZero();
    }

    @Test
    void recordsProbesAndRequests() {
        fixture.metrics().kubeProxy().healthzAnswered(503);
        fixture.metrics().kubeProxy().livezAnswered(200);
        fixture.metrics().restClient().answered("GET", "192.0.2.9:6443", "200", Duration.ofMillis(20));

        PromText text = fixture.scrape();

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
    void bucketsAreUpstreams() {
        PromText text = fixture.scrape();

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
        fixture.restart(EnumSet.of(IpFamily.IPV6), false);

        assertThat(fixture.scrape().samples("kubeproxy_sync_proxy_rules_last_timestamp_seconds"))
                .extracting(sample -> sample.labels().get("ip_family"))
                .containsExactly("IPv6");
    }
}
