package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Local traffic policies on a node without local endpoints: outsiders get no answer before any handshake, what counts as
 * a local pod and the node itself are led to the other node's endpoints, and an internal policy Local lets nobody in.
 */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class LocalPolicyIT {
    private static final String BRIDGED = "bridged";
    private static final String ROUTED = "routed";
    private static final String OUTSIDE = "outside";
    private static final int PORT = 80;
    private static final int NODE_PORT = 30080;
    private static final List<String> EXTERNAL =
            List.of("203.0.113.250", "2001:db8:113::250", "198.51.100.7", "2001:db8:51::7");

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod(BRIDGED)
            .routedPod(ROUTED)
            .node("node2")
            .bridgedPod("web2")
            .outside(OUTSIDE));

    private final Machine node = cluster.node();
    private final Machine web2 = cluster.machine("web2");

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.routeBeyondNode(OUTSIDE);
        cluster.serve("web2");
        NodeManifest.of(node).podCidrs("10.244.1.0/24", "2001:db8:244:1::/64").write(cluster.manifests());
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .spec("externalTrafficPolicy: Local")
                .externalIps("203.0.113.250", "2001:db8:113::250")
                .loadBalancerIps("198.51.100.7", "2001:db8:51::7")
                .endpoints(web2)
                .write(cluster.manifests());
        Manifest.service("inner", "10.96.0.11", "fd00:96::11")
                .port(PORT, 0)
                .spec("internalTrafficPolicy: Local")
                .endpoints(web2)
                .write(cluster.manifests());
    }

    @ParameterizedTest
    @CsvSource({
        "sk-lookup, --cluster-cidr=10.244.0.0/15 2001:db8:244::/47, bridged routed",
        "bind, --cluster-cidr=10.244.0.0/15 2001:db8:244::/47, bridged routed",
        "sk-lookup, --detect-local-mode=ClusterCIDR, ''",
        "bind, --detect-local-mode=NodeCIDR, bridged",
        "sk-lookup, --detect-local-mode=NodeCIDR, bridged",
        "bind, --detect-local-mode=BridgeInterface --pod-bridge-interface=cni0, bridged",
        "sk-lookup, --detect-local-mode=BridgeInterface --pod-bridge-interface=cni0, bridged",
        "bind, --detect-local-mode=InterfaceNamePrefix --pod-interface-name-prefix=rout, routed",
        "sk-lookup, --detect-local-mode=InterfaceNamePrefix --pod-interface-name-prefix=rout, routed",
    })
    void leadsPodsAndTheNodeElsewhereAndNeverAnswersOutsiders(String intercept, String flags, String pods)
            throws Exception {
        String[] arguments = ("--intercept=" + intercept + " " + flags)
                .replace(" 2001", ",2001")
                .split(" ");
        BallastProcess ballast = cluster.ballast(arguments);
        List<String> inside = List.of((pods + " node1").strip().split(" "));
        Reach reach = new Reach();
        for (String from : List.of(BRIDGED, ROUTED, "node1", OUTSIDE)) {
            Machine client = cluster.machine(from);
            String expected = inside.contains(from) ? "web2" : Dial.SILENCE;
            EXTERNAL.forEach(address -> reach.both(client, address, PORT, expected));
            reach.both(client, node.ipv4(), NODE_PORT, expected);
            reach.both(client, node.ipv6(), NODE_PORT, expected);
            reach.both(client, "10.96.0.10", PORT, "web2").both(client, "fd00:96::10", PORT, "web2");
            reach.both(client, "10.96.0.11", PORT, Dial.SILENCE).both(client, "fd00:96::11", PORT, Dial.SILENCE);
        }
        reach.verify(ballast::log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void answersOutsidersAsSoonAsAnEndpointIsLocal(String intercept) throws Exception {
        Machine outside = cluster.machine(OUTSIDE);
        Machine local = cluster.machine(BRIDGED);
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        cluster.serve(local, "web1", 8080);
        new Reach().both(outside, node.ipv4(), NODE_PORT, Dial.SILENCE).verify(ballast::log);

        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .spec("externalTrafficPolicy: Local")
                .spec("type: NodePort")
                .endpoints(local, web2)
                .write(cluster.manifests());

        new Reach().both(outside, node.ipv4(), NODE_PORT, "web1").verify(ballast::log);
    }

    @ParameterizedTest
    @CsvSource({
        "sk-lookup, epoll, cni0, web1 web2",
        "bind, epoll, cni0, web1 web2",
        "bind, io_uring, cni0, web1 web2",
        "sk-lookup, epoll, side, web1",
        "bind, epoll, side, web1"
    })
    void goesByTheWayInAndNotByTheWayBack(String intercept, String transport, String podInterface, String seen)
            throws Exception {
        Machine pod = cluster.machine(BRIDGED);
        Machine routed = cluster.machine(ROUTED);
        // What the node sends to the pod goes over another link than what the pod sends.
        node.ip(
                "link add side type veth peer name side0 netns "
                        + pod.namespace().name(),
                "link set side up");
        pod.ip("link set side0 up");
        node.ip("route add " + pod.ipv4() + "/32 dev side");
        for (Machine machine : List.of(node, pod)) {
            machine.exec("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0");
        }
        node.exec("sysctl", "-qw", "net.ipv4.conf.cni0.rp_filter=0", "net.ipv4.conf.side.rp_filter=0");
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .spec("externalTrafficPolicy: Local")
                .loadBalancerIps("198.51.100.7")
                .endpoints(routed, web2)
                .write(cluster.manifests());
        cluster.serve(routed, "web1", 8080);
        BallastProcess ballast = cluster.ballast(
                "--intercept=" + intercept,
                "--transport=" + transport,
                "--client-ip=never",
                "--detect-local-mode=BridgeInterface",
                "--pod-bridge-interface=" + podInterface);
        Set<String> tcp = new TreeSet<>();
        Set<String> udp = new TreeSet<>();
        for (int i = 0; i < 8; i++) {
            tcp.add(Dial.tcpServer(pod, "198.51.100.7", PORT));
            udp.add(Dial.udpServer(pod, "198.51.100.7", PORT, 100));
        }
        assertThat(tcp).as(ballast.log()).containsExactly(seen.split(" "));
        assertThat(udp).as(ballast.log()).containsExactly(seen.split(" "));
    }
}
