package io.ballast.core;

import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Node;
import io.ballast.core.spi.SyncObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From the first lists to the first table, and what the node itself is. */
class ProxierTest {
    private final ProxierFixture fixture = new ProxierFixture();
    private final Proxier proxier = fixture.proxier(SyncObserver.NONE);

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
        return new Node("n1", "", List.of(ips), List.of(), List.of(), Map.of(Node.ZONE_LABEL, zone), List.of(), false);
    }

    private List<String> reachable() {
        return fixture.find("10.96.0.10", 80).route().endpoints().reachable().stream()
                .map(endpoint -> endpoint.address().toString())
                .toList();
    }
}
