package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes of one family: every kind of frontend answers in it, and the other family is in nobody's way. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@RequiresFeature(NftablesProbe.class)
class FamiliesIT {
    private static final int PORT = 80;
    private static final int NODE_PORT = 30080;

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web1");

    private final Machine node = cluster.node();
    private final Machine outside = cluster.machine("outside");

    @BeforeEach
    void start() throws Exception {
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .externalIps("203.0.113.250", "2001:db8:113::250")
                .loadBalancerIps("198.51.100.7", "2001:db8:51::7")
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
        Manifest.service("empty", "10.96.0.11", "fd00:96::11")
                .port(PORT, 0)
                .externalIps("203.0.113.251", "2001:db8:113::251")
                .write(cluster.manifests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void aNodeWithoutAnIpv4AddressServesIpv6(String intercept) throws Exception {
        node.ip("route add default via " + outside.ipv6());
        for (String link : List.of("eth0", "cni0")) {
            node.exec("ip", "-4", "addr", "flush", "dev", link);
        }
        NodeManifest.of("node1", node.ipv6()).write(cluster.manifests());
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        Reach reach = new Reach();
        for (Machine from : List.of(cluster.machine("client"), node, outside)) {
            expectAll(reach, from, "fd00:96::10", "2001:db8:113::250", "2001:db8:51::7");
            reach.both(from, node.ipv6(), NODE_PORT, "web1");
            reach.both(from, "fd00:96::11", PORT, Dial.REFUSED);
            reach.both(from, "2001:db8:113::251", PORT, Dial.REFUSED);
        }
        reach.both(node, "::1", NODE_PORT, "web1");
        reach.verify(ballast::log);
        assertThat(ballast.log()).doesNotContain(" ERROR ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void aKernelWithoutIpv6ServesIpv4(String intercept) throws Exception {
        node.exec("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
        node.ip("route add default via " + outside.ipv4());
        NodeManifest.of("node1", node.ipv4()).write(cluster.manifests());
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        Reach reach = new Reach();
        for (Machine from : List.of(cluster.machine("client"), node, outside)) {
            expectAll(reach, from, "10.96.0.10", "203.0.113.250", "198.51.100.7");
            reach.both(from, node.ipv4(), NODE_PORT, "web1");
            reach.both(from, "10.96.0.11", PORT, Dial.REFUSED);
            reach.both(from, "203.0.113.251", PORT, Dial.REFUSED);
        }
        reach.both(node, "127.0.0.1", NODE_PORT, "web1");
        reach.verify(ballast::log);
        assertThat(ballast.admin("/metrics")).contains("ballast_frontend_failures 0");
        assertThat(ballast.log()).doesNotContain(" ERROR ", "feature=policy-routes");
    }

    private static void expectAll(Reach reach, Machine from, String... addresses) {
        List.of(addresses).forEach(address -> reach.both(from, address, PORT, "web1"));
    }
}
