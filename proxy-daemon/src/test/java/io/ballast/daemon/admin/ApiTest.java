package io.ballast.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.testing.FakeBalancer;
import io.ballast.daemon.testing.FakePort;
import io.ballast.netty.tcp.ConnectionView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes that the command line and users' scripts read. */
class ApiTest {
    private final AdminFixture admin = new AdminFixture();
    private final ObjectMapper json = new ObjectMapper();

    @AfterEach
    void stop() {
        admin.close();
    }

    private JsonNode get(String path) {
        try {
            return json.readTree(admin.body(path));
        } catch (JsonProcessingException e) {
            throw new AssertionError(path + " is not JSON", e);
        }
    }

    private RoutingTable web() {
        ServicePortStats stats = new ServicePortStats();
        stats.connectionOpened();
        stats.connectionOpened();
        stats.connectionClosed(CloseReason.FINISHED);
        stats.bytes(Direction.TO_CLIENT, 70);
        stats.bytes(Direction.TO_ENDPOINT, 30);
        FakeBalancer balancer = new FakeBalancer().load(endpoint("192.0.2.11"), 1, 2, 5);
        RoutingTable table = FakePort.of("shop/web", "http", "tcp", 80)
                .clusterIp("10.96.0.7")
                .nodePort("192.0.2.1", 30080)
                .externalPolicy(TrafficPolicy.LOCAL)
                .affinity(new SessionAffinity.ClientIp(Duration.ofHours(1)))
                .scheduler("lc")
                .stats(stats)
                .balancer(balancer)
                .ready("192.0.2.11", 8080, true)
                .terminating("192.0.2.12", 8080, false)
                .addTo(RoutingTable.EMPTY);
        return FakePort.of("shop/web", "http", "tcp", 80)
                .clusterIp("2001:db8::7")
                .stats(stats)
                .ready("2001:db8::11", 8080, false)
                .addTo(table);
    }

    private static AddressPort endpoint(String address) {
        return new AddressPort(IpAddress.parse(address), 8080);
    }

    @Test
    void showsAServiceWithItsPortsFrontendsAndEndpoints() {
        admin.table.set(web());
        admin.failures.set(
                Map.of(new Frontend(Protocol.TCP, IpAddress.parse("192.0.2.1"), 30080), "port 30080 is taken"));

        String body = admin.body("/api/services");

        assertThat(body)
                .isEqualTo("{\"services\":[{\"namespace\":\"shop\",\"name\":\"web\",\"type\":\"NodePort\","
                        + "\"scheduler\":\"lc\",\"affinity\":\"ClientIP\",\"internalTrafficPolicy\":\"Cluster\","
                        + "\"externalTrafficPolicy\":\"Local\",\"ports\":[{\"name\":\"http\",\"protocol\":\"TCP\","
                        + "\"port\":80,\"nodePort\":30080,\"frontends\":["
                        + "{\"address\":\"10.96.0.7\",\"port\":80,\"kind\":\"ClusterIP\",\"state\":\"serving\",\"reason\":\"\"},"
                        + "{\"address\":\"2001:db8::7\",\"port\":80,\"kind\":\"ClusterIP\",\"state\":\"serving\",\"reason\":\"\"},"
                        + "{\"address\":\"192.0.2.1\",\"port\":30080,\"kind\":\"NodePort\",\"state\":\"failed\","
                        + "\"reason\":\"port 30080 is taken\"}],\"endpoints\":["
                        + "{\"address\":\"192.0.2.11\",\"port\":8080,\"ready\":true,\"serving\":true,\"terminating\":false,"
                        + "\"local\":true,\"weight\":1,\"active\":1,\"opened\":2,\"failed\":5,\"ejected\":false},"
                        + "{\"address\":\"192.0.2.12\",\"port\":8080,\"ready\":false,\"serving\":true,\"terminating\":true,"
                        + "\"local\":false,\"weight\":1,\"active\":0,\"opened\":0,\"failed\":0,\"ejected\":false},"
                        + "{\"address\":\"2001:db8::11\",\"port\":8080,\"ready\":true,\"serving\":true,\"terminating\":false,"
                        + "\"local\":false,\"weight\":1,\"active\":0,\"opened\":0,\"failed\":0,\"ejected\":false}],"
                        + "\"connectionsActive\":1,\"connectionsOpened\":2,\"bytesToEndpoint\":30,\"bytesToClient\":70,"
                        + "\"connectFailures\":0,\"connectRetries\":0,\"refused\":0}]}],\"matched\":1,\"total\":1}\n");
    }

    @Test
    void showsNoServices() {
        assertThat(admin.body("/api/services")).isEqualTo("{\"services\":[],\"matched\":0,\"total\":0}\n");
    }

    @Test
    void showsOneService() {
        admin.table.set(web());

        assertThat(get("/api/services/shop/web")
                        .path("ports")
                        .path(0)
                        .path("port")
                        .asInt())
                .isEqualTo(80);
        assertThat(admin.get("/api/services/shop/none"))
                .startsWith("HTTP/1.1 404 ")
                .contains("no Service shop/none");
        assertThat(admin.get("/api/services/web")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void countsSessionsOfAUdpPortAsConnections() {
        ServicePortStats stats = new ServicePortStats();
        stats.sessionOpened();
        stats.sessionOpened();
        stats.sessionClosed(CloseReason.IDLE);
        admin.table.set(
                FakePort.of("kube-system/dns", "dns", "udp", 53).stats(stats).addTo(RoutingTable.EMPTY));

        JsonNode port =
                get("/api/services").path("services").path(0).path("ports").path(0);

        assertThat(port.path("protocol").asText()).isEqualTo("UDP");
        assertThat(port.path("connectionsActive").asLong()).isEqualTo(1);
        assertThat(port.path("connectionsOpened").asLong()).isEqualTo(2);
    }

    @Test
    void frontendsWithoutEndpointsAreRefused() {
        admin.table.set(FakePort.of("shop/web", "http", "tcp", 80).addTo(RoutingTable.EMPTY));

        JsonNode frontend = get("/api/services").at("/services/0/ports/0/frontends/0");

        assertThat(frontend.path("state").asText()).isEqualTo("refused");
        assertThat(frontend.path("reason").asText()).isEqualTo("no endpoint is ready");
    }

    @Test
    void searchesFiltersSortsAndPages() {
        ServicePortStats busy = new ServicePortStats();
        busy.connectionOpened();
        RoutingTable table = web();
        table = FakePort.of("shop/api", "", "tcp", 81).clusterIp("10.96.0.8").addTo(table);
        table = FakePort.of("zoo/busy", "", "tcp", 82)
                .clusterIp("10.96.0.9")
                .stats(busy)
                .addTo(table);
        admin.table.set(table);

        assertThat(names("/api/services")).containsExactly("shop/api", "shop/web", "zoo/busy");
        assertThat(names("/api/services?limit=1&offset=1")).containsExactly("shop/web");
        assertThat(names("/api/services?offset=9")).isEmpty();
        assertThat(names("/api/services?q=SHOP")).containsExactly("shop/api", "shop/web");
        assertThat(names("/api/services?q=shop+nodeport")).containsExactly("shop/web");
        assertThat(names("/api/services?q=10.96.0.8:81")).containsExactly("shop/api");
        assertThat(names("/api/services?q=192.0.2.12")).as("an endpoint").containsExactly("shop/web");
        assertThat(names("/api/services?q=2001:db8::11")).containsExactly("shop/web");
        assertThat(names("/api/services?show=unserved")).containsExactly("shop/api", "zoo/busy");
        assertThat(names("/api/services?show=active")).containsExactly("shop/web", "zoo/busy");
        assertThat(names("/api/services?show=failed")).isEmpty();
        assertThat(names("/api/services?sort=opened&limit=2")).containsExactly("shop/web", "zoo/busy");
        assertThat(get("/api/services?q=shop&limit=1").path("matched").asInt()).isEqualTo(2);
        assertThat(get("/api/services?q=shop&limit=1").path("total").asInt()).isEqualTo(3);
    }

    private List<String> names(String path) {
        List<String> names = new ArrayList<>();
        get(path)
                .path("services")
                .forEach(service -> names.add(service.path("namespace").asText() + "/"
                        + service.path("name").asText()));
        return names;
    }

    @Test
    void namesCannotBreakOut() {
        admin.table.set(FakePort.of("shop/</script>\"&", "http", "tcp", 80).addTo(RoutingTable.EMPTY));

        assertThat(admin.body("/api/services")).doesNotContain("</script>");
        assertThat(names("/api/services")).containsExactly("shop/</script>\"&");
    }

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

        assertThat(get("/api/connections").path("connections").size()).isEqualTo(100);
        assertThat(get("/api/connections?limit=7").path("connections").size()).isEqualTo(7);
        assertThat(get("/api/connections?limit=7").path("total").asInt()).isEqualTo(150);
        assertThat(get("/api/connections?service=zoo/web").path("connections").size())
                .isEqualTo(3);
        assertThat(get("/api/connections?limit=0").path("connections").size()).isZero();
    }

    private static ConnectionView connection(long id, String namespace, int ageSeconds, @Nullable String source) {
        return new ConnectionView(
                id,
                new ServicePortName(new NamespacedName(namespace, "web"), "http", Protocol.TCP),
                new AddressPort(IpAddress.parse("10.244.0.9"), 40000),
                new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.7"), 80),
                endpoint("192.0.2.11"),
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

        JsonNode refused = get("/api/explain?client=10.244.1.7&frontend=10.96.0.7:80");
        assertThat(refused.path("client").asText()).isEqualTo("10.244.1.7");
        assertThat(refused.path("frontend").asText()).isEqualTo("10.96.0.7:80/tcp");
        assertThat(refused.path("verdict").asText()).isEqualTo("refuse");
        assertThat(refused.path("endpoint").asText()).isEmpty();
        assertThat(refused.path("reason").asText()).isEqualTo("no_endpoints");
        assertThat(refused.path("steps").path(0).path("step").asText()).isEqualTo("frontend");
        assertThat(refused.path("steps").path(0).path("detail").asText()).contains("shop/web");

        assertThat(get("/api/explain?client=10.244.1.7&frontend=10.96.0.7:80/udp")
                        .path("verdict")
                        .asText())
                .isEqualTo("not-served");
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
        admin.table.set(web());

        JsonNode status = get("/api/status");

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
