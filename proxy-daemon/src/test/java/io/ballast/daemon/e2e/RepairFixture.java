package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster with Services of every kind from which others take what Ballast stands on. */
@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
abstract class RepairFixture {
    static final List<String> CLUSTER_IPS = List.of("10.96.0.10", "fd00:96::10");
    static final List<String> EXTERNAL_IPS = List.of("203.0.113.250", "2001:db8:113::250");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    final Machine node = cluster.node();
    final Machine client = cluster.machine("client");
    final Machine outside = cluster.machine("outside");

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.refuseWithoutLimit(node);
        Machine[] web = cluster.serve("web");
        Manifest.service("web", CLUSTER_IPS.toArray(String[]::new))
                .port(80, 30080)
                .externalIps(EXTERNAL_IPS.toArray(String[]::new))
                .spec("externalTrafficPolicy: Local")
                .endpoints(web)
                .write(cluster.manifests());
        Manifest.service("ranges", "10.96.0.20", "fd00:96::20")
                .port("TCP", 80, 0)
                .loadBalancerIps("203.0.113.20", "2001:db8:113::20")
                .spec("loadBalancerSourceRanges: [\"10.244.0.0/16\", \"2001:db8:244::/48\"]")
                .endpoints(web)
                .write(cluster.manifests());
        Manifest.service("empty", "10.96.0.30", "fd00:96::30")
                .port("TCP", 80, 0)
                .externalIps("203.0.113.30", "2001:db8:113::30")
                .write(cluster.manifests());
    }

    /** Traffic of every kind, guards, source ranges, refusals and the client's address. */
    void expectAll(BallastProcess ballast) throws Exception {
        String log = ballast.log();
        for (int family = 0; family < 2; family++) {
            boolean ipv4 = family == 0;
            String pod = asSeen(ipv4 ? client.ipv4() : client.ipv6());
            String beyond = asSeen(ipv4 ? outside.ipv4() : outside.ipv6());
            String clusterIp = CLUSTER_IPS.get(family);
            String external = EXTERNAL_IPS.get(family);
            assertThat(Dial.tcp(client, clusterIp, 80)).as(log).isEqualTo("web " + pod);
            assertThat(Dial.udp(client, clusterIp, 80, 2_000)).as(log).isEqualTo("web " + pod);
            assertThat(Dial.tcp(client, clusterIp, 22)).as(log).isEqualTo(Dial.REFUSED);
            assertThat(Dial.tcp(outside, external, 80)).as(log).isEqualTo("web " + beyond);
            assertThat(Dial.tcp(outside, ipv4 ? node.ipv4() : node.ipv6(), 30080))
                    .as(log)
                    .isEqualTo("web " + beyond);
            assertThat(Dial.tcp(client, ipv4 ? "203.0.113.20" : "2001:db8:113::20", 80))
                    .as(log)
                    .startsWith("web");
            assertThat(Dial.tcp(client, ipv4 ? "203.0.113.30" : "2001:db8:113::30", 80))
                    .as(log)
                    .isEqualTo(Dial.REFUSED);
        }
    }

    static void awaitBack(String what, Callable<String> now, String before) throws Exception {
        try {
            Await.until(what + " again", () -> now.call().equals(before));
        } catch (AssertionError e) {
            assertThat(now.call()).as(what).isEqualTo(before);
        }
    }

    /** As {@link NamedServer} writes addresses. */
    static String asSeen(String address) throws UnknownHostException {
        return InetAddress.getByName(address).getHostAddress();
    }

    String ruleset() {
        // Elements of sets come in any order.
        return Arrays.stream(
                        node.exec("nft", "--stateless", "-n", "list", "ruleset").split("[,\\s]+"))
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
