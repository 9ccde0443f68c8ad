package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Services that give addresses of this node as theirs: as an external one or a load balancer's, which is common, or as
 * ClusterIP, which is a mistake. Each gets its ports there. The addresses stay what they were to all others, NodePorts,
 * host processes and pods that have one as their gateway, while the Services are there and when they go.
 */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class OwnAddressIT {
    private static final int HOST_PORT = 22;
    private static final int NODE_PORT = 30080;
    private static final int OF_CLUSTER_IPS = 81;
    private static final int OF_EXTERNAL_IPS = 82;
    private static final int OF_LOAD_BALANCERS = 83;
    private static final List<String> MISTAKES = List.of("node", "bridge", "loopback");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web1");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");
    private final Machine outside = cluster.machine("outside");
    private final List<String> bridge = List.of("10.244.1.1", "2001:db8:244:1::1");

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.serve(node, "node1", HOST_PORT);
        cluster.serve("web1");
        service("web", "10.96.0.10", "fd00:96::10", 80, NODE_PORT).write(cluster.manifests());
    }

    private Manifest service(String name, String ipv4, String ipv6, int port, int nodePort) {
        return Manifest.service(name, ipv4, ipv6).port(port, nodePort).endpoints(cluster.machine("web1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void staysTheNodes(String intercept) throws Exception {
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        String before = addresses();
        new Reach().both(outside, node.ipv4(), NODE_PORT, "web1").verify(ballast::log);

        service("node", node.ipv4(), node.ipv6(), OF_CLUSTER_IPS, 0).write(cluster.manifests());
        service("bridge", bridge.get(0), bridge.get(1), OF_CLUSTER_IPS, 0).write(cluster.manifests());
        service("loopback", "127.0.0.1", "::1", OF_CLUSTER_IPS, 0).write(cluster.manifests());
        service("external", "10.96.0.20", "fd00:96::20", OF_EXTERNAL_IPS, 0)
                .externalIps(node.ipv4(), node.ipv6(), bridge.get(0), bridge.get(1))
                .write(cluster.manifests());
        service("balanced", "10.96.0.21", "fd00:96::21", OF_LOAD_BALANCERS, 0)
                .loadBalancerIps(node.ipv4(), node.ipv6(), bridge.get(0), bridge.get(1))
                .write(cluster.manifests());
        assertServices("web1", ballast);
        assertOthersAreServed(ballast);

        for (String name : MISTAKES) {
            cluster.delete(name);
        }
        cluster.delete("external");
        cluster.delete("balanced");
        assertServices(Dial.REFUSED, ballast);
        assertOthersAreServed(ballast);
        assertThat(addresses()).isEqualTo(before);
    }

    private void assertServices(String expected, BallastProcess ballast) throws Exception {
        Reach reach = new Reach();
        for (int port : List.of(OF_CLUSTER_IPS, OF_EXTERNAL_IPS, OF_LOAD_BALANCERS)) {
            for (String address : List.of(node.ipv4(), node.ipv6())) {
                reach.both(outside, address, port, expected).both(client, address, port, expected);
            }
            bridge.forEach(address -> reach.both(client, address, port, expected));
        }
        reach.both(node, "127.0.0.1", OF_CLUSTER_IPS, expected).both(node, "::1", OF_CLUSTER_IPS, expected);
        reach.verify(ballast::log);
    }

    /** With nothing remembered of hardware addresses: these must be found out too. */
    private void assertOthersAreServed(BallastProcess ballast) throws Exception {
        for (Machine machine : List.of(client, outside)) {
            machine.ip("neigh flush dev eth0");
        }
        Reach reach = new Reach();
        for (String address : List.of(node.ipv4(), node.ipv6())) {
            reach.tcp(outside, address, HOST_PORT, "node1").both(outside, address, NODE_PORT, "web1");
        }
        for (String address : bridge) {
            reach.tcp(client, address, HOST_PORT, "node1").both(client, address, NODE_PORT, "web1");
        }
        for (String address : List.of("127.0.0.1", "::1")) {
            reach.tcp(node, address, HOST_PORT, "node1").both(node, address, NODE_PORT, "web1");
        }
        reach.both(client, "10.96.0.10", 80, "web1").both(client, "fd00:96::10", 80, "web1");
        reach.verify(ballast::log);
    }

    /** Without what counts on. */
    private String addresses() {
        return node.exec("ip", "-o", "addr", "show")
                + node.exec("ip", "route", "show", "table", "local", "proto", "kernel")
                + node.exec("ip", "-6", "route", "show", "table", "local", "proto", "kernel");
    }
}
