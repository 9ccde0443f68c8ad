package io.ballast.netty.clientip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.Interception;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import io.ballast.netty.transport.IoTransport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many connections of one client to one endpoint, out of a few ports. */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientPortReuseTest {
    private static final String IPV4 = "10.96.0.10";
    private static final String IPV6 = "fd00:96::10";
    private static final ReservedPorts TWENTY = new ReservedPorts(61_000, 61_019);

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web")
            .build();
    private final Machine client = topology.machine("client");
    private AddressEcho echo;

    @BeforeEach
    void startEndpoint() throws Exception {
        echo = AddressEcho.start(topology.machine("web"), 8080);
    }

    @AfterEach
    void close() throws Exception {
        echo.close();
        topology.close();
    }

    private ProxyNode proxy(ReservedPorts ports) throws Exception {
        ProxyNode proxy = ProxyNode.start(
                topology.machine("node1"), new ProxyNode.Setup(IoTransport.EPOLL, Interception.Mode.AUTO, ports));
        proxy.expose(IPV4, IPV6, topology.machine("web"));
        return proxy;
    }

    /** Who closes first keeps the port in TIME_WAIT: here the node, since the client's end is passed on first. */
    @ParameterizedTest
    @ValueSource(strings = {IPV4, IPV6})
    void takesPortsAgainThroughTimeWait(String frontend) throws Exception {
        try (ProxyNode proxy = proxy(TWENTY)) {
            Map<String, Integer> seen = new HashMap<>();
            for (int i = 0; i < 10 * TWENTY.size(); i++) {
                seen.merge(Probe.tcp(client, frontend, 80), 1, Integer::sum);
            }

            assertThat(seen).containsExactly(Map.entry(address(frontend), 10 * TWENTY.size()));
            assertThat(proxy.addresses().fallbacks(ClientAddressFallback.PORTS)).isZero();
            assertThat(echo.failures()).isZero();
        }
    }

    private String address(String frontend) {
        return frontend.contains(":") ? client.ipv6() : client.ipv4();
    }

    /** Without timestamps the kernel cannot tell a late packet of the former connection from a new one. */
    @Test
    void fallsBackToTheNodesAddressWhileAllPortsAreInTimeWait() throws Exception {
        topology.machine("node1").exec("sysctl", "-qw", "net.ipv4.tcp_timestamps=0");
        try (ProxyNode proxy = proxy(new ReservedPorts(61_000, 61_002))) {
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                seen.add(Probe.tcp(client, IPV4, 80));
            }

            assertThat(seen).containsExactly(client.ipv4(), client.ipv4(), client.ipv4(), "10.244.1.1", "10.244.1.1");
            assertThat(proxy.addresses().fallbacks(ClientAddressFallback.PORTS)).isEqualTo(2);
        }
    }

    @Test
    void fallsBackToTheNodesAddressWhileAllPortsAreOpen() throws Exception {
        try (ProxyNode proxy = proxy(TWENTY)) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < TWENTY.size(); i++) {
                    Socket socket = client.run(() -> new Socket());
                    open.add(socket);
                    assertThat(firstLine(socket)).isEqualTo(client.ipv4());
                }
                assertThat(Probe.tcp(client, IPV4, 80)).isEqualTo("10.244.1.1");
                assertThat(Probe.tcp(client, IPV6, 80))
                        .as("another pair of addresses has ports of its own")
                        .isEqualTo(client.ipv6());
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
            assertThat(proxy.addresses().fallbacks(ClientAddressFallback.PORTS)).isOne();
        }
    }

    private String firstLine(Socket socket) throws Exception {
        return client.run(() -> {
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(IPV4, 80), 20_000);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        });
    }

    /** Each datagram socket of a client is a session with a port of its own, all at the same time. */
    @Test
    void keepsDatagramSessionsApart() throws Exception {
        try (ProxyNode proxy = proxy(new ReservedPorts(61_000, 61_004))) {
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                seen.add(Probe.udp(client, IPV4, 80, 100));
            }

            assertThat(seen.subList(0, 5)).containsOnly(client.ipv4());
            assertThat(seen.subList(5, 7)).containsOnly("10.244.1.1");
            assertThat(proxy.addresses().fallbacks(ClientAddressFallback.PORTS)).isEqualTo(2);
        }
    }
}
