package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod, the node itself and an outside host dial every kind of frontend, in both families and protocols. */
@RequiresRoot
class FrontendKindsIT {
    private static final int PORT = 80;
    private static final int NODE_PORT = 30080;
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.10", "fd00:96::10");
    private static final List<String> EXTERNAL_IPS = List.of("203.0.113.250", "2001:db8:113::250");
    private static final List<String> LOAD_BALANCER_IPS = List.of("198.51.100.7", "2001:db8:51::7");

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web1")
            .routedPod("web2")
            .outside("outside"));

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void everyoneReachesEveryKind(String intercept) throws Exception {
        Machine node = cluster.node();
        cluster.routeBeyondNode("outside");
        Manifest.service("web", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, NODE_PORT)
                .externalIps(EXTERNAL_IPS.toArray(String[]::new))
                .loadBalancerIps(LOAD_BALANCER_IPS.toArray(String[]::new))
                .endpoints(cluster.serve("web1", "web2"))
                .write(cluster.manifests());
        Manifest.service("empty", "10.96.0.11", "fd00:96::11")
                .port(PORT, 30081)
                .externalIps("203.0.113.251", "2001:db8:113::251")
                .write(cluster.manifests());
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept, Cluster.ALL_PODS);

        List<String> problems = new ArrayList<>();
        for (Machine from : List.of(cluster.machine("client"), node, cluster.machine("outside"))) {
            Stream.of(CLUSTER_IPS, EXTERNAL_IPS, LOAD_BALANCER_IPS)
                    .flatMap(List::stream)
                    .forEach(address -> expectBoth(problems, from, address, PORT));
            expectBoth(problems, from, node.ipv4(), NODE_PORT);
            expectBoth(problems, from, node.ipv6(), NODE_PORT);
            for (String address : List.of("10.96.0.11", "fd00:96::11", "203.0.113.251", "2001:db8:113::251")) {
                expectRefused(problems, from, address, PORT);
            }
            expectRefused(problems, from, node.ipv4(), 30081);
        }
        expectBoth(problems, node, "127.0.0.1", NODE_PORT);
        expectBoth(problems, node, "::1", NODE_PORT);
        assertThat(problems).as(ballast.log()).isEmpty();

        assertThat(ballast.stop()).isZero();
        Await.until("nothing accepts after the end", () -> Dial.tcp(node, node.ipv4(), NODE_PORT)
                .equals(Dial.REFUSED));
    }

    /** rr over two endpoints: four connections, and four clients over UDP, see both names. */
    private static void expectBoth(List<String> problems, Machine from, String address, int port) {
        Set<String> tcp = new TreeSet<>();
        Set<String> udp = new TreeSet<>();
        try {
            for (int i = 0; i < 4; i++) {
                tcp.add(Dial.tcpServer(from, address, port));
                udp.add(Dial.udpServer(from, address, port, 100));
            }
        } catch (Exception e) {
            problems.add(from.name() + " -> " + address + ": " + e);
        }
        if (!tcp.equals(Set.of("web1", "web2"))) {
            problems.add(from.name() + " -> " + address + " port " + port + "/tcp saw " + tcp);
        }
        if (!udp.equals(Set.of("web1", "web2"))) {
            problems.add(from.name() + " -> " + address + " port " + port + "/udp saw " + udp);
        }
    }

    private static void expectRefused(List<String> problems, Machine from, String address, int port) throws Exception {
        String tcp = Dial.tcp(from, address, port);
        String udp = Dial.udp(from, address, port, 100);
        if (!tcp.equals(Dial.REFUSED) || !udp.equals(Dial.REFUSED)) {
            problems.add(from.name() + " -> " + address + " port " + port + " without endpoints: tcp " + tcp + ", udp "
                    + udp);
        }
    }
}
