package io.ballast.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.testing.RawHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cases 55 to 59 of kube-proxy's {@code healthcheck_test.go}, over real sockets. */
class ServiceHealthServerTest {
    private static final NamespacedName A = new NamespacedName("a", "b");
    private static final NamespacedName C = new NamespacedName("c", "d");
    private static final NamespacedName REMOVED = new NamespacedName("x", "removed");
    private static final NamespacedName CHANGED = new NamespacedName("x", "changed");
    private static final NamespacedName ADDED = new NamespacedName("x", "added");
    private static final List<NamespacedName> KNOWN = List.of(A, C, REMOVED, CHANGED, ADDED);
    private static final InetAddress NODE = address("127.31.7.1");

    private final HttpLoop loop = new HttpLoop("probes", 64);
    private final List<String> warnings = new ArrayList<>();
    private final List<ServiceHealthServer> servers = new ArrayList<>();
    private volatile boolean proxyHealthy = true;

    private ServiceHealthServer server(InetAddress... addresses) {
        ServiceHealthServer server = new ServiceHealthServer(
                loop,
                () -> List.of(addresses),
                "node-1",
                () -> proxyHealthy,
                (service, reason, message) -> warnings.add(service + " " + reason + ": " + message));
        servers.add(server);
        return server;
    }

    @AfterEach
    void stop() {
        servers.forEach(ServiceHealthServer::close);
        loop.close();
    }

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

    @Test
    void listensOnTheGivenAddressesOnly() throws IOException {
        InetAddress second = address("127.31.7.2");
        ServiceHealthServer server = server(NODE, second);
        int port = freePort();

        sync(server, Map.of(A, port));

        expect(port, 503, 0);
        assertThat(RawHttp.get(new InetSocketAddress(second, port), "/")).startsWith("HTTP/1.1 503 ");
        assertThatThrownBy(() -> new Socket("127.31.7.3", port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void withoutAddressesItListensNowhere() {
        sync(server(), Map.of(A, 1));

        assertThat(warnings).isEmpty();
    }

    @Test
    void familiesShareAPortAndCountForThemselves() throws IOException {
        ServiceHealthServer ipv4 = server(address("0.0.0.0"));
        ServiceHealthServer ipv6 = server(address("::"));
        int port = freePort();

        sync(ipv4, Map.of(A, port));
        sync(ipv6, Map.of(A, port));
        count(ipv4, Map.of(A, 1));

        assertThat(warnings).isEmpty();
        assertThat(RawHttp.get(new InetSocketAddress("127.0.0.1", port), "/")).startsWith("HTTP/1.1 200 ");
        assertThat(RawHttp.get(new InetSocketAddress("::1", port), "/")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void ipv6AloneLeavesIpv4Alone() throws IOException {
        int port = freePort();

        sync(server(address("::")), Map.of(A, port));

        assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void aTakenPortIsReportedAndTriedAgainAndHarmsNoOther() throws IOException {
        ServiceHealthServer server = server(address("127.31.7.2"), NODE);
        int free = freePort();
        int taken;
        try (ServerSocket holder = new ServerSocket()) {
            holder.bind(new InetSocketAddress(NODE, 0));
            int port = holder.getLocalPort();
            taken = port;

            sync(server, Map.of(A, taken, C, free));

            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .startsWith("a/b FailedToStartServiceHealthcheck: node node-1 failed to start healthcheck \"a/b\""
                            + " on port " + taken + ": ");
            expect(free, 503, 0);
            assertThatThrownBy(() -> new Socket("127.31.7.2", port)).isInstanceOf(ConnectException.class);
        }

        sync(server, Map.of(A, taken, C, free));

        expect(taken, 503, 0);
        assertThat(warnings).hasSize(1);
    }

    /** As the Proxier does it: Service by Service, in no particular order, then everything is opened. */
    private static void sync(ServiceHealthServer server, Map<NamespacedName, Integer> ports) {
        ports.forEach((service, port) -> server.health().serve(service, port));
        KNOWN.stream().filter(service -> !ports.containsKey(service)).forEach(server.health()::stop);
        server.openWanted();
    }

    private static void count(ServiceHealthServer server, Map<NamespacedName, Integer> localEndpoints) {
        KNOWN.forEach(service -> server.health().localEndpoints(service, localEndpoints.getOrDefault(service, 0)));
    }

    private static void expect(int port, int status, int weight) {
        assertThat(RawHttp.get(at(port), "/"))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("X-Load-Balancing-Endpoint-Weight: " + weight + "\r\n")
                .contains("\t\"localEndpoints\": " + weight + ",\n");
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(NODE, port);
    }

    /** A port that is free on the wildcard of both families now. */
    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError("a literal needs no look-up", e);
        }
    }
}
