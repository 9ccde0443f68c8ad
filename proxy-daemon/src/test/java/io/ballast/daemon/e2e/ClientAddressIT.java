package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --client-ip} of the whole program: what endpoints see, and what Ballast says about it. */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientAddressIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String POD_CIDRS = "--cluster-cidr=10.244.0.0/16,2001:db8:244::/48";

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine client = topology.machine("client");

    @TempDir
    Path manifests;

    @AfterEach
    void close() {
        topology.close();
    }

    @Test
    void showsTheClientAlsoAfterACrashAndUntilToldNotTo() throws Exception {
        Machine web = topology.machine("web");
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
        Manifest.service("web", CLUSTER_IP, "fd00:96::10")
                .port(80, 0)
                .endpoints("node1", web.ipv4())
                .endpoints("node1", web.ipv6())
                .write(manifests);
        try (NamedServer server = NamedServer.start(web, "web", 8080)) {
            try (BallastProcess ballast = BallastProcess.start(node, manifests, POD_CIDRS)) {
                expectClient(ballast);
                expectToSaySo(ballast);
                ballast.kill();
            }
            assertThat(node.exec("nft", "list", "tables")).contains("inet ballast-clients", "bridge ballast-clients");
            try (BallastProcess ballast = BallastProcess.start(node, manifests, POD_CIDRS)) {
                expectClient(ballast);
                assertThat(ballast.stop()).isZero();
            }
            assertThat(node.exec("nft", "list", "tables")).doesNotContain("ballast-clients");
            try (BallastProcess ballast = BallastProcess.start(node, manifests, POD_CIDRS, "--client-ip=never")) {
                assertThat(Dial.tcp(client, CLUSTER_IP, 80)).isEqualTo("web 10.244.1.1");
                assertThat(explanation(ballast)).contains("the node's: turned off by --client-ip=never");
                assertThat(ballast.admin("/metrics")).contains("ballast_capability{feature=\"client-ip\"} 0");
                assertThat(ballast.admin("/statusz")).doesNotContain("client-ip is off");
            }
        }
    }

    /** kube-proxy has no detector for a family without podCIDRs, and then masquerades nothing to ClusterIPs. */
    @Test
    void keepsTheClientInAFamilyOfWhichTheNodeHasNoPodCidr() throws Exception {
        Machine web = topology.machine("web");
        NodeManifest.of(node).podCidrs("198.51.100.0/24").write(manifests);
        Manifest.service("web", CLUSTER_IP, "fd00:96::10")
                .port(80, 0)
                .endpoints("node1", web.ipv4())
                .endpoints("node1", web.ipv6())
                .write(manifests);
        try (NamedServer server = NamedServer.start(web, "web", 8080);
                BallastProcess ballast = BallastProcess.start(node, manifests, "--detect-local-mode=NodeCIDR")) {
            assertThat(Dial.tcp(client, CLUSTER_IP, 80))
                    .as("outside 198.51.100.0/24")
                    .isEqualTo("web 10.244.1.1");
            assertThat(Dial.tcp(client, "fd00:96::10", 80))
                    .as(ballast.log())
                    .isEqualTo("web " + InetAddress.getByName(client.ipv6()).getHostAddress());
        }
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
        try (BallastProcess capabilities = BallastProcess.launch(node, List.of("capabilities"))) {
            assertThat(capabilities.awaitEnd()).isZero();
            assertThat(capabilities.log()).containsPattern("client-ip +yes").containsPattern("client-ip-bridges +yes");
        }
    }

    private String explanation(BallastProcess ballast) throws Exception {
        return ballast.admin("/api/explain?client=" + client.ipv4() + "&frontend=" + CLUSTER_IP + ":80");
    }
}
