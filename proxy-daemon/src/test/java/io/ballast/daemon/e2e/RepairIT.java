package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Command;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Others take what Ballast stands on, as a firewall's reload or a network manager does: it is back soon, to the last
 * element, and one line of the log and a metric say so.
 */
@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class RepairIT {
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.10", "fd00:96::10");
    private static final List<String> EXTERNAL_IPS = List.of("203.0.113.250", "2001:db8:113::250");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");
    private final Machine outside = cluster.machine("outside");

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

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void putsBackAllOfItsRulesAfterAFlush(String intercept) throws Exception {
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept, Cluster.BRIDGED_PODS);
        cluster.serve(node, "host", 22);
        expectAll(ballast);
        String before = ruleset();
        assertThat(before).contains("ballast", "ballast_sources", "ballast-clients", "10.96.0.10", "203.0.113.20");

        for (int flush = 1; flush <= 2; flush++) {
            node.exec("nft", "flush ruleset");

            awaitBack("the rules are there", this::ruleset, before);
            expectAll(ballast);
            expectCounted(ballast, "nftables", flush);
            expectCounted(ballast, "client-ip", flush);
        }
        assertThat(ballast.logged("it is back")).as(ballast.log()).isEqualTo(4);
        assertThat(ballast.log())
                .contains("taken=\"table arp ballast, table bridge ballast-clients, table inet ballast", "by=\"nft (");
    }

    /** Notices that a stopped process does not read are lost once there is no room for them: it can but look. */
    @Test
    void countsWhatWasTakenWhileNoticesWereLost() throws Exception {
        BallastProcess ballast = cluster.ballast(Cluster.BRIDGED_PODS);
        String before = ruleset();
        String pid = String.valueOf(ballast.pid());
        Command.run("kill", "-STOP", pid);
        makeMoreNoticesThanThereIsRoomFor();
        node.exec("nft", "flush ruleset");
        Command.run("kill", "-CONT", pid);

        awaitBack("the rules are there", this::ruleset, before);
        Await.until("both are counted", () -> ballast.logged("it is back") == 2);
        expectCounted(ballast, "nftables", 1);
        expectCounted(ballast, "client-ip", 1);
        assertThat(ballast.log()).contains("taken=\"\"").doesNotContain("taken=\"table");
    }

    private void makeMoreNoticesThanThereIsRoomFor() throws IOException {
        node.exec("nft", "add table ip noise; add set ip noise numbers { type ipv4_addr; }");
        Path script = cluster.manifests().resolve("noise.nft");
        Files.writeString(
                script,
                IntStream.range(0, 50_000)
                        .mapToObj(i -> "198.18.%d.%d".formatted(i / 256, i % 256))
                        .collect(Collectors.joining(
                                ", ", "add element ip noise numbers { ", " }\nflush set ip noise numbers")));
        for (int i = 0; i < 5; i++) {
            node.exec("nft", "-f", script.toString());
        }
        Files.delete(script);
    }

    @Test
    void putsBackWhatWasTakenInPart() throws Exception {
        BallastProcess ballast = cluster.ballast(Cluster.BRIDGED_PODS);
        String before = ruleset();
        List<String> thefts = List.of(
                "flush chain inet ballast guard",
                "delete element inet ballast clusterips4 { 10.96.0.10 }",
                "flush set inet ballast steered6",
                "delete table inet ballast_sources",
                "flush chain bridge ballast-clients lift");
        for (String theft : thefts) {
            node.exec("nft", theft);
            awaitBack("what was taken by " + theft, this::ruleset, before);
        }
        assertThat(ballast.log()).contains("taken=\"1 elements of inet ballast clusterips4\"");
        expectCounted(ballast, "nftables", 4);
        expectCounted(ballast, "client-ip", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void putsBackRoutesAndPolicyRules(String intercept) throws Exception {
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept, Cluster.BRIDGED_PODS);
        expectAll(ballast);
        String before = routing();
        assertThat(before).contains("local 10.96.0.10", "local fd00:96::10", "fwmark 0x1000/0x1000 lookup 1770");

        node.ip("route del local 10.96.0.10 dev lo table local", "route del local fd00:96::10 dev lo table local");
        awaitBack("ClusterIPs are local", this::routing, before);
        node.exec("ip", "rule", "del", "pref", "1770");
        node.exec("ip", "-6", "rule", "del", "pref", "1770");
        awaitBack("rules are there", this::routing, before);
        node.exec("ip", "route", "flush", "table", "1770");
        node.exec("ip", "-6", "route", "flush", "table", "1770");
        awaitBack("the table is there", this::routing, before);
        expectAll(ballast);
        node.ip("link set lo down", "link set lo up");
        awaitBack("all is there", this::routing, before);
        expectAll(ballast);

        assertThat(ballast.log())
                .contains("what=local-routes", "what=policy-routes", "taken=\"rule pref 1770 fwmark 0x1000/0x1000")
                .doesNotContain("ERROR");
    }

    /** Which detaches the socket lookup's program, too. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void outlivesACleanup(String intercept) throws Exception {
        BpfMount bpf = cluster.keep(BpfMount.open());
        BallastProcess ballast = cluster.launch(bpf.enter(), "--intercept=" + intercept, Cluster.BRIDGED_PODS)
                .ready();
        expectAll(ballast);
        String before = routing() + ruleset();

        cluster.run(bpf.enter(), "cleanup");

        awaitBack("all is there", () -> routing() + ruleset(), before);
        if (intercept.equals("sk-lookup")) {
            Await.until("the program, too", () -> ballast.logged("what=sk-lookup") == 1);
            assertThat(bpf.list("/sys/fs/bpf/ballast")).hasSize(1);
        }
        expectAll(ballast);
    }

    /** Whoever flushes all the time is not raced. */
    @Test
    void pausesWhereItIsTakenAgainAndAgain() throws Exception {
        BallastProcess ballast = cluster.ballast(Cluster.BRIDGED_PODS);
        String before = ruleset();
        for (int i = 0; i < 40; i++) {
            node.exec("nft", "flush ruleset");
            ballast.admin("/healthz");
        }
        awaitBack("the rules are there", this::ruleset, before);
        assertThat(ballast.logged("what=nftables")).as(ballast.log()).isBetween(1L, 25L);
    }

    private static void expectCounted(BallastProcess ballast, String what, int times) throws Exception {
        assertThat(ballast.admin("/metrics"))
                .as(ballast.log())
                .contains("ballast_repairs_total{what=\"" + what + "\"} " + times + "\n");
    }

    /** Traffic of every kind, guards, source ranges, refusals and the client's address. */
    private void expectAll(BallastProcess ballast) throws Exception {
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

    private static void awaitBack(String what, Callable<String> now, String before) throws Exception {
        try {
            Await.until(what + " again", () -> now.call().equals(before));
        } catch (AssertionError e) {
            assertThat(now.call()).as(what).isEqualTo(before);
        }
    }

    /** As {@link NamedServer} writes addresses. */
    private static String asSeen(String address) throws UnknownHostException {
        return InetAddress.getByName(address).getHostAddress();
    }

    private String ruleset() {
        // Elements of sets come in any order.
        return Arrays.stream(
                        node.exec("nft", "--stateless", "-n", "list", "ruleset").split("[,\\s]+"))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private String routing() {
        String all = node.exec("ip", "route", "show", "table", "local", "proto", "177")
                + node.exec("ip", "-6", "route", "show", "table", "local", "proto", "177")
                + node.exec("ip", "route", "show", "table", "1770")
                + node.exec("ip", "-6", "route", "show", "table", "1770")
                + node.exec("ip", "rule")
                + node.exec("ip", "-6", "rule");
        // The node's own address may have become known since the start.
        return all.replaceAll(" src \\S+", "");
    }
}
