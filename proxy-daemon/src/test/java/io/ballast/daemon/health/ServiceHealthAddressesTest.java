package io.ballast.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.daemon.testing.RawHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where the servers of health check ports listen. */
class ServiceHealthAddressesTest extends ServiceHealthFixture {
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
}
