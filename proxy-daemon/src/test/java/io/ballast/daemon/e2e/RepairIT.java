package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Others take what Ballast stands on, as a firewall's reload or a network manager does: it is back soon, to the last
 * element, and one line of the log and a metric say so.
 */
class RepairIT extends RepairFixture {
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
}
