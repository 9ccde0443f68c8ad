package io.ballast.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.testing.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** Servers of health check ports, and whoever probes them. */
abstract class ServiceHealthFixture {
    static final NamespacedName A = new NamespacedName("a", "b");
    static final NamespacedName C = new NamespacedName("c", "d");
    static final NamespacedName REMOVED = new NamespacedName("x", "removed");
    static final NamespacedName CHANGED = new NamespacedName("x", "changed");
    static final NamespacedName ADDED = new NamespacedName("x", "added");
    static final List<NamespacedName> KNOWN = List.of(A, C, REMOVED, CHANGED, ADDED);
    static final InetAddress NODE = address("127.31.7.1");

    final HttpLoop loop = new HttpLoop("probes", 64);
    final List<String> warnings = new ArrayList<>();
    final List<ServiceHealthServer> servers = new ArrayList<>();
    volatile boolean proxyHealthy = true;

    ServiceHealthServer server(InetAddress... addresses) {
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

    /** As the Proxier does it: Service by Service, in no particular order, then everything is opened. */
    static void sync(ServiceHealthServer server, Map<NamespacedName, Integer> ports) {
        ports.forEach((service, port) -> server.health().serve(service, port));
        KNOWN.stream().filter(service -> !ports.containsKey(service)).forEach(server.health()::stop);
        server.openWanted();
    }

    static void count(ServiceHealthServer server, Map<NamespacedName, Integer> localEndpoints) {
        KNOWN.forEach(service -> server.health().localEndpoints(service, localEndpoints.getOrDefault(service, 0)));
    }

    static void expect(int port, int status, int weight) {
        assertThat(RawHttp.get(at(port), "/"))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("X-Load-Balancing-Endpoint-Weight: " + weight + "\r\n")
                .contains("\t\"localEndpoints\": " + weight + ",\n");
    }

    static InetSocketAddress at(int port) {
        return new InetSocketAddress(NODE, port);
    }

    /** A port that is free on the wildcard of both families now. */
    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError("a literal needs no look-up", e);
        }
    }
}
