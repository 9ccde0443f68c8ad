package io.ballast.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.RoutingTable;
import io.ballast.daemon.testing.FakePort;
import io.ballast.netty.tcp.ConnectionView;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other shapes that the command line and users' scripts read: connections, explanations, the node. */
class ApiTest {
    @RegisterExtension
    final AdminFixture admin = new AdminFixture();

    @Test
    void listsConnectionsNewestFirst() {
        admin.connections.add(connection(1, "shop", 60, null));
        admin.connections.add(connection(2, "zoo", 5, "10.244.0.9"));

        assertThat(admin.body("/api/connections"))
                .isEqualTo("{\"connections\":["
                        + "{\"id\":2,\"service\":\"zoo/web\",\"port\":\"http\",\"protocol\":\"TCP\","
                        + "\"client\":\"10.244.0.9:40000\",\"frontend\":\"10.96.0.7:80\","
                        + "\"endpoint\":\"192.0.2.11:8080\",\"source\":\"10.244.0.9:61000\",\"bytesToEndpoint\":10,"
                        + "\"bytesToClient\":20,\"openedAt\":\"2026-11-20T09:59:55Z\",\"ageSeconds\":5,"
                        + "\"state\":\"relaying\"},"
                        + "{\"id\":1,\"service\":\"shop/web\",\"port\":\"http\",\"protocol\":\"TCP\","
                        + "\"client\":\"10.244.0.9:40000\",\"frontend\":\"10.96.0.7:80\","
                        + "\"endpoint\":\"192.0.2.11:8080\",\"source\":\"\",\"bytesToEndpoint\":10,"
                        + "\"bytesToClient\":20,\"openedAt\":\"2026-11-20T09:59:00Z\",\"ageSeconds\":60,"
                        + "\"state\":\"relaying\"}],\"total\":2}\n");
    }

    @Test
    void limitsAndFiltersConnections() {
        for (int i = 0; i < 150; i++) {
            admin.connections.add(connection(i, i % 50 == 0 ? "zoo" : "shop", i, null));
        }

        assertThat(admin.json("/api/connections").path("connections").size()).isEqualTo(100);
        assertThat(admin.json("/api/connections?limit=7").path("connections").size())
                .isEqualTo(7);
        assertThat(admin.json("/api/connections?limit=7").path("total").asInt()).isEqualTo(150);
        assertThat(admin.json("/api/connections?service=zoo/web")
                        .path("connections")
                        .size())
                .isEqualTo(3);
        assertThat(admin.json("/api/connections?limit=0").path("connections").size())
                .isZero();
    }

    private static ConnectionView connection(long id, String namespace, int ageSeconds, @Nullable String source) {
        return new ConnectionView(
                id,
                new ServicePortName(new NamespacedName(namespace, "web"), "http", Protocol.TCP),
                new AddressPort(IpAddress.parse("10.244.0.9"), 40000),
                new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.7"), 80),
                WebTable.endpoint("192.0.2.11"),
                source == null ? null : new AddressPort(IpAddress.parse(source), 61000),
                10,
                20,
                AdminFixture.NOW.minusSeconds(ageSeconds),
                "relaying");
    }

    @Test
    void explains() {
        admin.table.set(FakePort.of("shop/web", "http", "tcp", 80)
                .clusterIp("10.96.0.7")
                .addTo(RoutingTable.EMPTY));

        JsonNode refused = admin.json("/api/explain?client=10.244.1.7&frontend=10.96.0.7:80");
        assertThat(refused.path("client").asText()).isEqualTo("10.244.1.7");
        assertThat(refused.path("frontend").asText()).isEqualTo("10.96.0.7:80/tcp");
        assertThat(refused.path("verdict").asText()).isEqualTo("refuse");
        assertThat(refused.path("endpoint").asText()).isEmpty();
        assertThat(refused.path("reason").asText()).isEqualTo("no_endpoints");
        assertThat(refused.path("steps").path(0).path("step").asText()).isEqualTo("frontend");
        assertThat(refused.path("steps").path(0).path("detail").asText()).contains("shop/web");

        assertThat(admin.json("/api/explain?client=10.244.1.7&frontend=10.96.0.7:80/udp")
                        .path("verdict")
                        .asText())
                .isEqualTo("not-served");
    }

    /** Whatever the table says: nobody listens. */
    @Test
    void explainsWhyAFrontendIsNotServed() {
        admin.table.set(FakePort.of("shop/web", "http", "tcp", 80)
                .clusterIp("10.96.0.7")
                .addTo(RoutingTable.EMPTY));
        Frontend frontend = new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.7"), 80);
        admin.failures.set(Map.of(frontend, "a process of this host holds it"));

        JsonNode answer = admin.json("/api/explain?client=10.244.1.7&frontend=10.96.0.7:80");

        assertThat(answer.path("verdict").asText()).isEqualTo("not-served");
        assertThat(answer.path("endpoint").asText()).isEmpty();
        assertThat(answer.path("steps").findValuesAsText("step")).containsExactly("frontend", "listener");
        assertThat(answer.path("steps").findValuesAsText("detail")).contains("a process of this host holds it");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/explain, client: is missing",
        "/api/explain?client=here&frontend=10.0.0.1:80, client: \\\"here\\\" is not an IP address",
        "/api/explain?client=10.0.0.1, frontend: is missing",
        "/api/explain?client=10.0.0.1&frontend=10.0.0.1, frontend: \\\"10.0.0.1\\\" is not ADDRESS:PORT",
        "/api/explain?client=10.0.0.1&frontend=10.0.0.1:99999, frontend: ",
        "/api/explain?client=10.0.0.1&frontend=10.0.0.1:80/icmp, frontend: ",
        "/api/explain?client=10.0.0.1&frontend=2001:db8::1:80, frontend: ",
        "/api/explain?client=10.0.0.1&frontend=[2001:db8::1]:80, client: \\\"10.0.0.1\\\" is not of the frontend's family",
        "/api/connections?limit=many, limit: \\\"many\\\" is not a number",
        "/api/services?limit=-1, limit: \\\"-1\\\" is not a number",
        "/api/services?sort=age, 'sort: \\\"age\\\" is none of name, active, opened, bytes'",
        "/api/services?show=some, 'show: \\\"some\\\" is none of all, active, unserved, failed'",
    })
    void saysWhichParameterIsWrong(String path, String message) {
        assertThat(admin.get(path))
                .startsWith("HTTP/1.1 400 ")
                .contains("Content-Type: application/json\r\n")
                .contains("{\"error\":\"" + message);
    }

    @Test
    void sumsUpTheNode() {
        admin.table.set(WebTable.create());

        JsonNode status = admin.json("/api/status");

        assertThat(status.path("nodeName").asText()).isEqualTo("node-1");
        assertThat(status.path("uptimeSeconds").asLong()).isEqualTo(3725);
        assertThat(status.path("services").asInt()).isEqualTo(1);
        assertThat(status.path("frontends").asInt()).isEqualTo(3);
        assertThat(status.at("/totals/connectionsActive").asLong()).isEqualTo(1);
        assertThat(status.at("/totals/endpointsReady").asLong()).isEqualTo(2);
        assertThat(status.at("/totals/endpointsTerminating").asLong()).isEqualTo(1);
        assertThat(status.at("/source/connected").asBoolean()).isFalse();
        assertThat(status.at("/capabilities/1/reason").asText()).isEqualTo("CAP_BPF is missing");
        assertThat(status.path("degraded").size()).isEqualTo(1);
    }
}
