package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What others notice of Service addresses: nothing. External addresses lie in the subnet that the node shares with an
 * outside host, whose neighbour table stays clean; host processes keep the node's address; no setting of the kernel
 * changes, and the strictest ones do.
 */
@RequiresRoot
@RequiresCommand("sysctl")
@RequiresFeature(NftablesProbe.class)
class GoodNeighbourIT {
    private static final int PORT = 80;
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.10", "fd00:96::10");
    private static final List<String> EXTERNAL_IPS = List.of("192.0.2.200", "2001:db8::200");
    private static final List<String> LOAD_BALANCER_IPS = List.of("192.0.2.201", "2001:db8::201");

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web1")
            .outside("outside")
            .outside("neighbour"));

    private final Machine node = cluster.node();
    private final Machine outside = cluster.machine("outside");
    private final Machine neighbour = cluster.machine("neighbour");

    @BeforeEach
    void describeCluster() throws Exception {
        node.exec("sysctl", "-qw", "net.ipv4.ip_forward=0", "net.ipv6.conf.all.forwarding=0");
        node.exec("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.eth0.rp_filter=1");
        cluster.serve("outside");
        for (String address : addresses()) {
            // This one hands Service addresses to the node; the neighbour takes them for what they are, on-link.
            outside.ip("route add " + address + " via " + (address.contains(":") ? node.ipv6() : node.ipv4()));
        }
        Manifest.service("web", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .externalIps(EXTERNAL_IPS.toArray(String[]::new))
                .loadBalancerIps(LOAD_BALANCER_IPS.toArray(String[]::new))
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
    }

    private static List<String> addresses() {
        List<String> all = new ArrayList<>(CLUSTER_IPS);
        all.addAll(EXTERNAL_IPS);
        all.addAll(LOAD_BALANCER_IPS);
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void nobodyLearnsOfServiceAddresses(String intercept) throws Exception {
        String settings = settings();
        try (BallastProcess ballast = cluster.ballast("--intercept=" + intercept)) {
            List<String> problems = new ArrayList<>();
            for (String address : addresses()) {
                expect(problems, cluster.machine("client"), address);
                expect(problems, outside, address);
                expect(problems, node, address);
                // The node has to ask for the outside host's hardware address, to answer from a Service address.
                forgetNeighbours();
                expect(problems, outside, address);
                neighbour.run(() -> dialOnLink(address));
            }
            assertThat(problems).as(ballast.log()).isEmpty();
            assertThat(settings()).isEqualTo(settings);
        }
        for (String address : addresses()) {
            assertThat(outside.exec("ip", "neigh", "show")).doesNotContain(address + " ");
            assertThat(neighbour.exec("ip", "neigh", "show", address)).doesNotContain("lladdr");
        }
        assertThat(neighbour.exec("ip", "neigh", "show")).contains(EXTERNAL_IPS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void hostProcessesKeepTheNodesAddress(String intercept) throws Exception {
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        for (String address : addresses()) {
            assertThat(node.run(() -> sourceTowards(address, PORT)))
                    .as(address + "\n" + ballast.log())
                    .isEqualTo(InetAddress.getByName(address.contains(":") ? node.ipv6() : node.ipv4()));
        }
        assertThat(Dial.tcp(node, outside.ipv4(), 8080)).isEqualTo("outside " + node.ipv4());
        assertThat(Dial.udp(node, outside.ipv4(), 8080, 100)).isEqualTo("outside " + node.ipv4());
        assertThat(node.run(() -> sourceTowards(outside.ipv6(), 8080))).isEqualTo(InetAddress.getByName(node.ipv6()));
    }

    private void forgetNeighbours() {
        node.ip("neigh flush dev eth0");
        outside.ip("neigh flush dev eth0");
    }

    private static void expect(List<String> problems, Machine client, String address) throws Exception {
        String tcp = Dial.tcpServer(client, address, PORT);
        String udp = Dial.udpServer(client, address, PORT, 100);
        if (!tcp.equals("web1") || !udp.equals("web1")) {
            problems.add(client.name() + " -> " + address + ": tcp " + tcp + ", udp " + udp);
        }
    }

    /** Only for the question that it makes the kernel ask on the link; nobody is expected to answer. */
    private static boolean dialOnLink(String address) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(address, PORT)));
            return true;
        }
    }

    private static InetAddress sourceTowards(String address, int port) throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 3_000);
            return socket.getLocalAddress();
        }
    }

    /** All settings of the network but those that count or expire by themselves. */
    private String settings() {
        return node.exec("sysctl", "-a", "-r", "^net\\.(ipv4|ipv6|core)\\.");
    }
}
