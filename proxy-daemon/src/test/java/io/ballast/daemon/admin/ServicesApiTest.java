package io.ballast.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.testing.FakePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Services as the command line and users' scripts read them. */
class ServicesApiTest {
    @RegisterExtension
    final AdminFixture admin = new AdminFixture();

    @Test
    void showsAServiceWithItsPortsFrontendsAndEndpoints() {
        admin.table.set(WebTable.create());
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
        admin.table.set(WebTable.create());

        assertThat(admin.json("/api/services/shop/web")
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

        JsonNode port = admin.json("/api/services")
                .path("services")
                .path(0)
                .path("ports")
                .path(0);

        assertThat(port.path("protocol").asText()).isEqualTo("UDP");
        assertThat(port.path("connectionsActive").asLong()).isEqualTo(1);
        assertThat(port.path("connectionsOpened").asLong()).isEqualTo(2);
    }

    @Test
    void frontendsWithoutEndpointsAreRefused() {
        admin.table.set(FakePort.of("shop/web", "http", "tcp", 80).addTo(RoutingTable.EMPTY));

        JsonNode frontend = admin.json("/api/services").at("/services/0/ports/0/frontends/0");

        assertThat(frontend.path("state").asText()).isEqualTo("refused");
        assertThat(frontend.path("reason").asText()).isEqualTo("no endpoint is ready");
    }

    @Test
    void searchesFiltersSortsAndPages() {
        ServicePortStats busy = new ServicePortStats();
        busy.connectionOpened();
        RoutingTable table = WebTable.create();
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
        assertThat(admin.json("/api/services?q=shop&limit=1").path("matched").asInt())
                .isEqualTo(2);
        assertThat(admin.json("/api/services?q=shop&limit=1").path("total").asInt())
                .isEqualTo(3);
    }

    private List<String> names(String path) {
        List<String> names = new ArrayList<>();
        admin.json(path)
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
}
