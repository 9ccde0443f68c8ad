package io.ballast.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.routing.RoutingTable;
import io.ballast.daemon.testing.FakePort;
import io.ballast.daemon.testing.PromText;
import io.ballast.daemon.testing.RawHttp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminResponderTest {
    @RegisterExtension
    final AdminFixture admin = new AdminFixture();

    @Test
    void pingsAndNamesItsModeAsKubeProxyDoes() {
        assertThat(admin.get("/healthz")).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nok");
        assertThat(admin.get("/proxyMode"))
                .contains("Content-Type: text/plain; charset=utf-8\r\n", "X-Content-Type-Options: nosniff\r\n")
                .endsWith("\r\n\r\nuserspace");
    }

    @Test
    void showsBothConfigurations() {
        assertThat(admin.body("/configz"))
                .contains("\"kubeproxy.config.k8s.io\":{\"kind\":\"KubeProxyConfiguration\"}")
                .contains("\"ballast.io\":{\"kind\":\"BallastConfiguration\"}");
    }

    @Test
    void flagzListsEveryFlag() {
        assertThat(admin.get("/flagz"))
                .contains("Content-Type: text/plain; charset=utf-8\r\n")
                .endsWith("""
                        \r\n\r

                        ballast flags
                        Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility\
                         guarantees and is for debugging purposes only.

                        config=/etc/ballast/config.conf
                        v=2
                        """);
    }

    @Test
    void slisCountHealthchecks() {
        assertThat(admin.body("/metrics/slis")).isEmpty();
        admin.body("/healthz");
        admin.body("/healthz");

        PromText series = PromText.parse(admin.body("/metrics/slis"));

        Map<String, String> ping = Map.of("name", "ping", "type", "healthz");
        assertThat(series.value("kubernetes_healthcheck", ping)).isEqualTo(1);
        assertThat(series.value(
                        "kubernetes_healthchecks_total",
                        Map.of("name", "ping", "type", "healthz", "status", "success")))
                .isEqualTo(2);
    }

    @Test
    void scrapesAreValid() {
        admin.table.set(FakePort.of("default/web", "http", "tcp", 80).addTo(RoutingTable.EMPTY));

        assertThat(admin.get("/metrics")).contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
        PromText metrics = PromText.parse(admin.body("/metrics"));

        assertThat(metrics.samples("ballast_connections_active")).hasSize(1);
    }

    @Test
    void statuszTellsWhatRunsAndWhatIsLost() {
        assertThat(admin.body("/statusz"))
                .contains(
                        """

                ballast statusz
                Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees\
                 and is for debugging purposes only.
                """,
                        "Up: 1 hr 02 min 05 sec\n",
                        "Binary version: 1.2.3\n",
                        "Interceptor: bind\n",
                        """
                Source
                  Location: /etc/services
                  First lists read: yes
                  Following changes: no, serving the last known state
                  services: 2
                  Detail: it is gone
                """,
                        """
                Capabilities
                  nftables: yes
                  sk-lookup: no: CAP_BPF is missing; lost: many sockets
                """,
                        """
                Degraded
                  sockets are bound one by one: CAP_BPF is missing
                """);
    }

    @Test
    void onlyReads() {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            assertThat(RawHttp.send(
                            admin.server(),
                            method + " /api/services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 405 ")
                    .contains("Allow: GET, HEAD\r\n")
                    .contains("{\"error\":");
        }
    }

    @Test
    void everyAnswerIsForOurselvesOnly() {
        for (String path : List.of("/", "/metrics", "/api/services", "/api/nonsense", "/configz")) {
            assertThat(admin.get(path))
                    .contains(
                            "Cache-Control: no-store\r\n",
                            "X-Content-Type-Options: nosniff\r\n",
                            "X-Frame-Options: DENY\r\n",
                            "Cross-Origin-Resource-Policy: same-origin\r\n",
                            "Referrer-Policy: no-referrer\r\n")
                    .doesNotContain("Access-Control");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:10249", "127.0.0.1:10249", "[::1]:10249", "NODE-1", "a.localhost"})
    void answersUnderItsOwnNames(String host) {
        assertThat(withHost(host)).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:10249", "localhost.evil.example", "127.0.0.1.evil.example"})
    void refusesNamesThatWereReboundToIt(String host) {
        assertThat(withHost(host)).startsWith("HTTP/1.1 403 ").contains("is not a name of this node");
    }

    private String withHost(String host) {
        return RawHttp.send(
                admin.server(), "GET /api/services HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    @Test
    void saysWhatItDoesNotHave() {
        assertThat(admin.get("/nonsense")).startsWith("HTTP/1.1 404 ").endsWith("404 page not found\n");
        assertThat(admin.get("/api/nonsense")).startsWith("HTTP/1.1 404 ").contains("{\"error\":\"there is no /api/");
    }
}
