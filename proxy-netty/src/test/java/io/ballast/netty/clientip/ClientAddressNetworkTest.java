package io.ballast.netty.clientip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.Protocol;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network changes, fails or carries other traffic while endpoints see their clients. */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientAddressNetworkTest {
    private static final String IPV4 = "10.96.0.10";
    private static final String IPV6 = "fd00:96::10";

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web")
            .routedPod("routed")
            .outside("outside")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine client = topology.machine("client");
    private final Machine web = topology.machine("web");

    @AfterEach
    void close() {
        topology.close();
    }

    private void bridgeNetfilter(int value) {
        node.exec(
                "sysctl",
                "-qw",
                "net.bridge.bridge-nf-call-iptables=" + value,
                "net.bridge.bridge-nf-call-ip6tables=" + value);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void followsABridgeThatChangesItsMac(int bridgeNetfilter) throws Exception {
        bridgeNetfilter(bridgeNetfilter);
        try (AddressEcho echo = AddressEcho.start(web, 8080);
                ProxyNode proxy = ProxyNode.start(node, ProxyNode.Setup.DEFAULT)) {
            proxy.expose(IPV4, IPV6, web);
            expectClient();

            node.ip("link set cni0 address 02:00:00:00:00:77");
            for (Machine pod : List.of(client, web)) {
                pod.ip("neigh flush dev eth0");
            }
            Await.until("the map has the new address", () -> lifted().contains("02:00:00:00:00:77"));

            expectClient();
            assertThat(echo.failures()).isZero();
        }
    }

    /** The ports of bridges whose frames are lifted. */
    private String lifted() {
        return node.exec("nft", "list", "map", "bridge", "ballast-clients", "ports");
    }

    private void expectClient() throws Exception {
        assertThat(Probe.tcp(client, IPV4, 80)).isEqualTo(client.ipv4());
        assertThat(Probe.tcp(client, IPV6, 80)).isEqualTo(client.ipv6());
        assertThat(Probe.udp(client, IPV4, 80, 2_000)).isEqualTo(client.ipv4());
        assertThat(Probe.udp(client, IPV6, 80, 2_000)).isEqualTo(client.ipv6());
    }

    @Test
    void liftsFromABridgeThatComesLaterAndNotFromTheUplink() throws Exception {
        try (ProxyNode proxy = ProxyNode.start(node, ProxyNode.Setup.DEFAULT);
                NetworkNamespace left = NetworkNamespace.create();
                NetworkNamespace right = NetworkNamespace.create()) {
            Machine late = pod(left, "late1", 10);
            Machine later = pod(right, "late2", 11);
            node.ip(
                    "link add late type bridge forward_delay 0",
                    "link set late1 master late",
                    "link set late2 master late",
                    "link set late up",
                    "addr add 10.245.9.1/24 dev late",
                    "addr add 2001:db8:245:9::1/64 dev late nodad");
            late.namespace().awaitAddresses();
            later.namespace().awaitAddresses();
            try (AddressEcho echo = AddressEcho.start(later, 8080)) {
                proxy.expose(IPV4, IPV6, later);

                Await.until("endpoints there see their neighbours", () -> Probe.tcp(late, IPV4, 80)
                        .equals(late.ipv4()));
                assertThat(Probe.tcp(late, IPV6, 80)).isEqualTo(late.ipv6());
                assertThat(Probe.udp(late, IPV4, 80, 9_000)).isEqualTo(late.ipv4());
                assertThat(echo.failures()).isZero();
            }
            node.ip("link del late");
            Await.until("its ports are forgotten", () -> !lifted().contains("late"));
        }
    }

    private Machine pod(NetworkNamespace namespace, String name, int number) {
        Machine pod = new Machine(name, node.name(), namespace, "10.245.9." + number, "2001:db8:245:9::" + number);
        pod.ip(
                "link add eth0 type veth peer name " + name + " netns "
                        + node.namespace().name(),
                "link set eth0 up");
        node.ip("link set " + name + " up");
        pod.ip(
                "addr add " + pod.ipv4() + "/24 dev eth0",
                "addr add " + pod.ipv6() + "/64 dev eth0 nodad",
                "route add default via 10.245.9.1",
                "route add default via 2001:db8:245:9::1");
        return pod;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void disturbsNoOtherTraffic(int bridgeNetfilter) throws Exception {
        bridgeNetfilter(bridgeNetfilter);
        Machine routed = topology.machine("routed");
        Machine outside = topology.machine("outside");
        try (AddressEcho echo = AddressEcho.start(web, 8080);
                AddressEcho other = AddressEcho.start(routed, 8080);
                OpenLine before = OpenLine.start(client, 0, web.ipv4(), 8080);
                OpenLine abroad = OpenLine.start(outside, 0, web.ipv6(), 8080)) {
            expectDirect(client, outside, web, routed);
            try (ProxyNode proxy = ProxyNode.start(node, ProxyNode.Setup.DEFAULT)) {
                proxy.expose(IPV4, IPV6, web);
                try (OpenLine relayed = OpenLine.start(client, 0, IPV4, 80);
                        // From a port of the range: lifted and routed, but it arrives.
                        OpenLine lifted = OpenLine.start(client, 61_005, web.ipv4(), 8080)) {
                    expectClient();
                    expectDirect(client, outside, web, routed);
                    List.of(before, abroad, relayed, lifted).forEach(OpenLine::exchange);
                    assertThat(relayed.seen()).isEqualTo(client.ipv4());
                    assertThat(lifted.seen()).isEqualTo(client.ipv4());
                }
                before.exchange();
            }
            expectDirect(client, outside, web, routed);
            before.exchange();
            abroad.exchange();
            assertThat(echo.failures() + other.failures()).isZero();
        }
    }

    private static void expectDirect(Machine client, Machine outside, Machine... endpoints) throws Exception {
        for (Machine endpoint : endpoints) {
            for (Machine from : List.of(client, outside)) {
                assertThat(Probe.tcp(from, endpoint.ipv4(), 8080)).isEqualTo(from.ipv4());
                assertThat(Probe.tcp(from, endpoint.ipv6(), 8080)).isEqualTo(from.ipv6());
                assertThat(Probe.udp(from, endpoint.ipv4(), 8080, 9_000)).isEqualTo(from.ipv4());
                assertThat(Probe.udp(from, endpoint.ipv6(), 8080, 60_000)).isEqualTo(from.ipv6());
            }
        }
    }

    /** The error goes to the client's address too, and must be found by the packet that it quotes. */
    @ParameterizedTest
    @ValueSource(strings = {"web", "routed"})
    void hearsThatADatagramPortIsClosed(String endpoint) throws Exception {
        try (ProxyNode proxy = ProxyNode.start(node, ProxyNode.Setup.DEFAULT)) {
            proxy.expose(IPV4, IPV6, topology.machine(endpoint));
            for (String frontend : List.of(IPV4, IPV6)) {
                long before = proxy.stats(Protocol.UDP, frontend).connectFailures(ConnectFailure.REFUSED);
                client.run(() -> OpenLine.sendOneDatagram(frontend, 80));

                Await.until(
                        frontend + "'s session ends",
                        () -> proxy.stats(Protocol.UDP, frontend).connectFailures(ConnectFailure.REFUSED) > before);
            }
        }
    }

    @Test
    void usesTheNodesAddressBehindABridgeThatIsTheUplink() throws Exception {
        try (AddressEcho echo = AddressEcho.start(web, 8080);
                ProxyNode proxy = ProxyNode.start(node, ProxyNode.Setup.DEFAULT)) {
            proxy.expose(IPV4, IPV6, web);
            expectClient();
            // As where pods and node share a bridge and the host's own address is on it.
            node.ip("addr del 192.0.2.1/24 dev eth0", "addr add 192.0.2.1/24 dev cni0");
            Await.until("its frames are left alone", () -> !lifted().contains("elements"));

            assertThat(Probe.tcp(client, IPV4, 80)).isEqualTo("10.244.1.1");
            assertThat(proxy.addresses().fallbacks(ClientAddressFallback.PATH)).isOne();
            assertThat(echo.failures()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flush ruleset",
                "flush chain bridge ballast-clients lift",
                "flush map bridge ballast-clients ports",
                "delete table inet ballast-clients"
            })
    void tellsWhetherAnythingHadToBePutBack(String theft) throws Exception {
        try (ProxyNode proxy = ProxyNode.start(node, ProxyNode.Setup.DEFAULT)) {
            assertThat(node.run(proxy.addresses()::restore)).isEmpty();

            node.exec("nft", theft);

            assertThat(node.run(proxy.addresses()::restore)).isNotEmpty();
            assertThat(node.run(proxy.addresses()::restore)).isEmpty();
        }
    }

    @Test
    void leavesTheTablesToWhoLoadedThemLast() throws Exception {
        ProxyNode first = ProxyNode.start(node, ProxyNode.Setup.DEFAULT);
        try (AddressEcho echo = AddressEcho.start(web, 8080);
                ProxyNode second = ProxyNode.start(node, ProxyNode.Setup.DEFAULT)) {
            first.close();
            second.expose(IPV4, IPV6, web);

            expectClient();
            assertThat(echo.failures()).isZero();
        }
        assertThat(node.exec("nft", "list", "tables")).doesNotContain("ballast-clients");
    }
}
