package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code --client-ip} of the whole program: what endpoints see, and what Ballast says about it. */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientAddressIT {
    private static final String CLUSTER_IP = "10.96.0.10";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");

    @Test
    void showsTheClientAlsoAfterACrashAndUntilToldNotTo() throws Exception {
        Manifest.service("web", CLUSTER_IP, "fd00:96::10")
                .port(80, 0)
                .endpoints(cluster.serve("web"))
                .write(cluster.manifests());
        try (BallastProcess ballast = cluster.ballast(Cluster.BRIDGED_PODS)) {
            expectClient(ballast);
            expectToSaySo(ballast);
            ballast.kill();
        }
        assertThat(node.exec("nft", "list", "tables")).contains("inet ballast-clients", "bridge ballast-clients");
        try (BallastProcess ballast = cluster.ballast(Cluster.BRIDGED_PODS)) {
            expectClient(ballast);
            assertThat(ballast.stop()).isZero();
        }
        assertThat(node.exec("nft", "list", "tables")).doesNotContain("ballast-clients");
        BallastProcess ballast = cluster.ballast(Cluster.BRIDGED_PODS, "--client-ip=never");
        assertThat(Dial.tcp(client, CLUSTER_IP, 80)).isEqualTo("web 10.244.1.1");
        assertThat(explanation(ballast)).contains("the node's: turned off by --client-ip=never");
        assertThat(ballast.admin("/metrics")).contains("ballast_capability{feature=\"client-ip\"} 0");
        assertThat(ballast.admin("/statusz")).doesNotContain("client-ip is off");
    }

    /** kube-proxy has no detector for a family without podCIDRs, and then masquerades nothing to ClusterIPs. */
    @Test
    void keepsTheClientInAFamilyOfWhichTheNodeHasNoPodCidr() throws Exception {
        NodeManifest.of(node).podCidrs("198.51.100.0/24").write(cluster.manifests());
        Manifest.service("web", CLUSTER_IP, "fd00:96::10")
                .port(80, 0)
                .endpoints(cluster.serve("web"))
                .write(cluster.manifests());
        BallastProcess ballast = cluster.ballast("--detect-local-mode=NodeCIDR");
        assertThat(Dial.tcp(client, CLUSTER_IP, 80))
                .as("outside 198.51.100.0/24")
                .isEqualTo("web 10.244.1.1");
        assertThat(Dial.tcp(client, "fd00:96::10", 80))
                .as(ballast.log())
                .isEqualTo("web " + InetAddress.getByName(client.ipv6()).getHostAddress());
    }

    private void expectClient(BallastProcess ballast) throws Exception {
        assertThat(Dial.tcp(client, CLUSTER_IP, 80)).as(ballast.log()).isEqualTo("web " + client.ipv4());
        assertThat(Dial.udp(client, CLUSTER_IP, 80, 9_000)).as(ballast.log()).isEqualTo("web " + client.ipv4());
        assertThat(Dial.tcp(node, CLUSTER_IP, 80)).as(ballast.log()).isEqualTo("web 10.244.1.1");
    }

    private void expectToSaySo(BallastProcess ballast) throws Exception {
        assertThat(explanation(ballast)).contains("the client's: the endpoint is on this node");
        assertThat(ballast.admin("/metrics"))
                .contains(
                        "ballast_capability{feature=\"client-ip\"} 1",
                        "ballast_capability{feature=\"client-ip-bridges\"} 1",
                        "ballast_client_ip_fallbacks_total{reason=\"path\"} 0");
        assertThat(ballast.admin("/statusz")).contains("  client-ip: yes", "  client-ip-bridges: yes");
        assertThat(cluster.run(List.of(), "capabilities"))
                .containsPattern("client-ip +yes")
                .containsPattern("client-ip-bridges +yes");
    }

    private String explanation(BallastProcess ballast) throws Exception {
        return ballast.admin("/api/explain?client=" + client.ipv4() + "&frontend=" + CLUSTER_IP + ":80");
    }
}
