package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.netty.linux.SystemCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel does at the edges of socket lookup; docs/adr/0002-socket-lookup.md rests on these. */
@SuppressWarnings("try")
class SocketLookupEdgeTest extends SocketLookupFixture {

    private static final int PORT = 53;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_TRANSPARENT = 19;
    private static final int IPV6_TRANSPARENT = 75;

    @ParameterizedTest
    @EnumSource(names = {"TCP_IPV4", "TCP_IPV6"})
    void leavesAnOpenConnectionAloneWhenItsFrontendGoes(LookupCase kind) throws Exception {
        try (TestServer service = serve(kind);
                Socket client = connect(kind.frontend(PORT), 0)) {
            assertThat(readLine(client)).startsWith("service");

            lookup.remove(List.of(kind.frontend(PORT)));
            lookup.guard(List.of(kind.clusterIp()));

            client.getOutputStream().write('?');
            assertThat(readLine(client)).startsWith("service");
            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo(Client.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP_IPV4", "TCP_IPV6"})
    void acceptsAClientAgainWhoseFormerConnectionIsInTimeWait(LookupCase kind) throws Exception {
        try (TestServer service = serve(kind)) {
            int port;
            try (Socket first = connect(kind.frontend(PORT), 0)) {
                port = first.getLocalPort();
                assertThat(readLine(first)).startsWith("service");
                first.getOutputStream().write(TestServer.BYE.getBytes(StandardCharsets.UTF_8));
                assertThat(first.getInputStream().read()).isNegative();
            }
            assertThat(node.exec("cat", "/proc/net/sockstat")).doesNotContain(" tw 0 ");

            try (Socket second = connect(kind.frontend(PORT), port)) {
                assertThat(readLine(second)).startsWith("service");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesAnAddressThatIsNobodysHere(LookupCase kind) throws Exception {
        String family = kind.loopback().isIpv4() ? "-4" : "-6";
        IpAddress external = kind.choose("198.51.100.7", "2001:db8:51::7");
        node.exec("ip", family, "rule", "add", "to", external.toString(), "lookup", "100");
        node.exec("ip", family, "route", "add", "local", "default", "dev", "lo", "table", "100");
        try (TestServer service = serve(kind, kind.at(external, PORT))) {
            makeTransparent(service.fd(), kind);

            assertThat(Client.ask(pod, kind.at(external, PORT))).isEqualTo("service");
        } finally {
            node.exec("ip", family, "rule", "delete", "to", external.toString(), "lookup", "100");
            node.exec("ip", family, "route", "flush", "table", "100");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP_IPV4", "TCP_IPV6"})
    @RequiresCommand("nft")
    void isAskedBySocketExpressionsOfNftablesToo(LookupCase kind) throws Exception {
        node.exec("nft", "add table inet edge");
        node.exec("nft", "add chain inet edge pre { type filter hook prerouting priority -149 ; }");
        node.exec("nft", "add rule inet edge pre tcp flags syn tcp dport 53 socket transparent 1 counter");
        try (TestServer service = serve(kind)) {
            makeTransparent(service.fd(), kind);

            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo("service");

            assertThat(node.exec("nft", "list table inet edge")).contains("counter packets 1 ");
        } finally {
            node.exec("nft", "delete table inet edge");
        }
    }

    private TestServer serve(LookupCase kind) throws Exception {
        return serve(kind, kind.frontend(PORT));
    }

    /** A listener needs this to answer from an address that is not local. */
    private static void makeTransparent(int socket, LookupCase kind) {
        boolean ipv4 = kind.loopback().isIpv4();
        byte[] on = {1, 0, 0, 0};
        SystemCalls.check(
                SystemCalls.libc()
                        .setsockopt(
                                socket,
                                ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
                                ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT,
                                on,
                                on.length),
                () -> "make socket transparent");
    }

    private Socket connect(Frontend target, int localPort) throws Exception {
        return pod.run(() -> {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.bind(new InetSocketAddress(localPort));
            socket.connect(target.addressPort().toSocketAddress(), TIMEOUT_MILLIS);
            return socket;
        });
    }

    private static String readLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }
}
