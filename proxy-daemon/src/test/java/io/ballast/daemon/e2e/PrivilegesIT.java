package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served with how few capabilities, and what the log says of the rest. */
@RequiresRoot
@RequiresCommand("setpriv")
@RequiresFeature(NftablesProbe.class)
class PrivilegesIT {
    private static final String LOOPBACK = "127.96.0.10";
    private static final String IPV4 = "10.96.0.10";
    private static final String IPV6 = "fd00:96::10";
    private static final String EXTERNAL_IPV4 = "203.0.113.250";
    private static final String EXTERNAL_IPV6 = "2001:db8:113::250";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1");

    private final Machine node = cluster.node();

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.refuseWithoutLimit(node);
        cluster.routeBeyondNode("outside");
        Machine[] web = cluster.serve("web1");
        Manifest.service("web", IPV4, IPV6)
                .port(80, 0)
                .port(8090, 30090)
                .externalIps(EXTERNAL_IPV4, EXTERNAL_IPV6)
                .endpoints(web)
                .write(cluster.manifests());
        Manifest.service("loopback", LOOPBACK)
                .port(80, 0)
                .port(8090, 0)
                .endpoints(web)
                .write(cluster.manifests());
    }

    /** A pod's way: the user is root, its capabilities are those of the bounding set. */
    private static List<String> only(String capabilities) {
        return List.of("setpriv", "--bounding-set", capabilities, "--no-new-privs");
    }

    @Test
    void servesLoopbackAddressesAndNodePortsWithoutAny() throws Exception {
        BallastProcess ballast = cluster.launch(only("-all")).ready();
        expectServed(ballast, LOOPBACK, 8090);
        expectNodePorts(ballast);
        expectMissing(ballast, "local-routes", "policy-routes", "nftables", "sk-lookup", "crash-guard");
        for (String protocol : List.of("/tcp", "/udp")) {
            expectNotServed(ballast, LOOPBACK + ":80" + protocol, "CAP_NET_BIND_SERVICE");
            expectNotServed(ballast, IPV4 + ":8090" + protocol, "cannot make 10.96.0.10 local: needs CAP_NET_ADMIN");
            expectNotServed(ballast, "[" + IPV6 + "]:8090" + protocol, "needs CAP_NET_ADMIN");
            expectNotServed(ballast, EXTERNAL_IPV4 + ":8090" + protocol, "cannot steer", "CAP_NET_ADMIN");
        }
        expectGoodEnd(ballast);
        assertThat(capabilities("-all")).contains("Process: no capabilities").containsPattern("local-routes +no ");
    }

    @Test
    void servesAllButLowPortsWithNetAdmin() throws Exception {
        cluster.serve(node, "node1", 22);
        BallastProcess ballast = cluster.launch(only("-all,+net_admin")).ready();
        for (String address : List.of(LOOPBACK, IPV4, IPV6, EXTERNAL_IPV4, EXTERNAL_IPV6)) {
            expectServed(ballast, address, 8090);
        }
        expectNodePorts(ballast);
        expectMissing(ballast, "sk-lookup");
        assertThat(ballast.log()).contains("missing: [CAP_BPF]").doesNotContain("feature=nftables");
        expectNotServed(ballast, IPV4 + ":80/tcp", "CAP_NET_BIND_SERVICE");
        expectNotServed(ballast, "[" + EXTERNAL_IPV6 + "]:80/udp", "CAP_NET_BIND_SERVICE");
        assertThat(Dial.tcp(node, IPV4, 22)).isEqualTo(Dial.REFUSED);
        assertThat(Dial.udp(node, IPV6, 22, 100)).isEqualTo(Dial.REFUSED);
        expectGoodEnd(ballast);
        assertThat(capabilities("-all,+net_admin"))
                .containsPattern("local-routes +yes")
                .containsPattern("sk-lookup +no .*CAP_BPF")
                .containsPattern("low-ports +no .*CAP_NET_BIND_SERVICE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-all,+net_admin,+bpf,+net_raw", "+all"})
    void servesAllThroughTheLookup(String set) throws Exception {
        BallastProcess ballast = cluster.launch(only(set)).ready();
        for (String address : List.of(LOOPBACK, IPV4, IPV6, EXTERNAL_IPV4, EXTERNAL_IPV6)) {
            expectServed(ballast, address, 8090);
            assertThat(Dial.tcp(node, address, 80)).as(ballast.log()).startsWith("web1 ");
        }
        expectNodePorts(ballast);
        assertThat(ballast.log())
                .contains("intercept=sk-lookup")
                .doesNotContain("feature=nftables", "feature=sk-lookup ", "80/tcp is not served");
        expectGoodEnd(ballast);
        assertThat(capabilities(set)).containsPattern("nftables +yes").containsPattern("sk-lookup +yes");
    }

    private void expectServed(BallastProcess ballast, String address, int port) throws Exception {
        assertThat(Dial.tcp(node, address, port)).as(ballast.log()).startsWith("web1 ");
        assertThat(Dial.udp(node, address, port, 100)).as(ballast.log()).startsWith("web1 ");
    }

    private void expectNodePorts(BallastProcess ballast) throws Exception {
        for (String address : List.of(node.ipv4(), node.ipv6(), "127.0.0.1", "::1")) {
            expectServed(ballast, address, 30090);
        }
    }

    /** One line for each feature, with the reason. */
    private static void expectMissing(BallastProcess ballast, String... features) throws IOException {
        for (String feature : features) {
            assertThat(ballast.log().lines().filter(line -> line.contains("missing feature=" + feature + " reason=")))
                    .as(feature)
                    .hasSize(1);
        }
    }

    private static void expectNotServed(BallastProcess ballast, String frontend, String... reasons) throws IOException {
        assertThat(ballast.log().lines().filter(line -> line.contains(" " + frontend + " is not served: ")))
                .singleElement()
                .asString()
                .contains(reasons);
    }

    private static void expectGoodEnd(BallastProcess ballast) throws Exception {
        assertThat(ballast.stop()).isZero();
        assertThat(ballast.log()).doesNotContain("ERROR", "Exception");
    }

    private String capabilities(String set) throws Exception {
        return cluster.run(only(set), "capabilities");
    }
}
