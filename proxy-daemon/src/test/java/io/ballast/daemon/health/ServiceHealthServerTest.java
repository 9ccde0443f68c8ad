package io.ballast.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.daemon.testing.RawHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cases 55 to 59 of kube-proxy's {@code healthcheck_test.go}, over real sockets. */
class ServiceHealthServerTest extends ServiceHealthFixture {
    @Test
    void answersAsKubeProxyDoesByteForByte() throws IOException {
        ServiceHealthServer server = server(NODE);
        int port = freePort();
        sync(server, Map.of(A, port));
        count(server, Map.of(A, 18));

        String answer = RawHttp.get(at(port), "/whatever");

        assertThat(RawHttp.head(answer)).isEqualTo("""
                HTTP/1.1 200 OK\r
                Content-Type: application/json\r
                X-Content-Type-Options: nosniff\r
                X-Load-Balancing-Endpoint-Weight: 18\r
                Date: now\r
                Content-Length: 107\r
                Connection: close\r
                \r
                """);
        assertThat(RawHttp.body(answer))
                .isEqualTo("{\n\t\"service\": {\n\t\t\"namespace\": \"a\",\n\t\t\"name\": \"b\"\n\t},\n"
                        + "\t\"localEndpoints\": 18,\n\t\"serviceProxyHealthy\": true\n}");
    }

    @Test
    void countsOfUnknownServicesAreIgnored() {
        ServiceHealthServer server = server(NODE);

        count(server, Map.of(A, 5));
        sync(server, Map.of());

        assertThat(warnings).isEmpty();
    }

    @Test
    void followsTheCount() throws IOException {
        ServiceHealthServer server = server(NODE);
        int port = freePort();
        sync(server, Map.of(A, port));
        expect(port, 503, 0);

        count(server, Map.of(A, 18));
        expect(port, 200, 18);
        count(server, Map.of(A, 0));
        expect(port, 503, 0);
        count(server, Map.of(A, 11, C, 3));
        expect(port, 200, 11);
        count(server, Map.of());
        expect(port, 503, 0);
    }

    @Test
    void removedServicesCloseUnchangedKeepTheirCountChangedAndAddedStartAtNone() throws IOException {
        ServiceHealthServer server = server(NODE);
        int gone = freePort();
        int kept = freePort();
        int before = freePort();
        int after = freePort();
        int fresh = freePort();
        sync(server, Map.of(REMOVED, gone, A, kept, CHANGED, before));
        count(server, Map.of(REMOVED, 1, A, 2, CHANGED, 3));

        sync(server, Map.of(A, kept, CHANGED, after, ADDED, fresh));

        assertThatThrownBy(() -> new Socket(NODE, gone)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> new Socket(NODE, before)).isInstanceOf(ConnectException.class);
        expect(kept, 200, 2);
        expect(after, 503, 0);
        expect(fresh, 503, 0);
    }

    @Test
    void aPortMayChangeHandsWithinOneSync() throws IOException {
        ServiceHealthServer server = server(NODE);
        int port = freePort();
        sync(server, Map.of(A, port));

        sync(server, Map.of(C, port));

        assertThat(warnings).isEmpty();
        assertThat(RawHttp.get(at(port), "/")).contains("\"namespace\": \"c\"");
    }

    @Test
    void closingEndsKeptConnections() throws IOException {
        ServiceHealthServer server = server(NODE);
        int port = freePort();
        sync(server, Map.of(A, port));
        try (Socket kept = RawHttp.open(at(port))) {
            kept.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(kept.getInputStream().read()).isEqualTo('H');

            sync(server, Map.of());

            assertThat(new String(kept.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("\n}");
        }
    }

    @Test
    void unhealthyProxyIsUnavailableWithTheRealCount() throws IOException {
        ServiceHealthServer server = server(NODE);
        int port = freePort();
        sync(server, Map.of(A, port));
        count(server, Map.of(A, 4));
        proxyHealthy = false;

        expect(port, 503, 4);
        assertThat(RawHttp.get(at(port), "/")).contains("\t\"serviceProxyHealthy\": false\n");

        proxyHealthy = true;
        expect(port, 200, 4);
    }
}
