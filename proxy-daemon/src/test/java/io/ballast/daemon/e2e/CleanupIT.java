package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon served and is gone; the node is as it was before, to the byte. */
@RequiresRoot
@RequiresCommand({"ip", "ip6tables", "iptables", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class CleanupIT {
    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("web1")
            .outside("outside")
            .build();
    private final Machine node = topology.machine("node1");

    @TempDir
    Path manifests;

    @BeforeEach
    void describeCluster() throws Exception {
        Machine web = topology.machine("web1");
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(80, 30080)
                .externalIps("203.0.113.250", "2001:db8:113::250")
                .endpoints("node1", web.ipv4())
                .endpoints("node1", web.ipv6())
                .write(manifests);
        node.exec("nft", "add table ip foreign");
        node.ip("rule add fwmark 0x4000/0x4000 lookup 99", "route add local 198.51.100.9 dev lo proto 66");
    }

    @AfterEach
    void close() {
        topology.close();
    }

    private String dump() {
        return node.exec("ip", "route", "show", "table", "all")
                + node.exec("ip", "-6", "route", "show", "table", "all")
                + node.exec("ip", "rule")
                + node.exec("ip", "-6", "rule")
                + node.exec("nft", "--stateless", "list", "ruleset");
    }

    private static int run(Machine machine, String... arguments) throws Exception {
        try (BallastProcess command = BallastProcess.launch(machine, List.of(arguments))) {
            int exitCode = command.awaitEnd();
            assertThat(command.log()).doesNotContain("FAILED", "Exception");
            return exitCode;
        }
    }

    private void serveOnce(BallastProcess ballast) throws Exception {
        Machine web = topology.machine("web1");
        try (NamedServer server = NamedServer.start(web, "web1", 8080)) {
            assertThat(Dial.tcp(node, "10.96.0.10", 80)).as(ballast.log()).startsWith("web1");
            assertThat(Dial.tcp(topology.machine("outside"), "203.0.113.250", 80))
                    .as(ballast.log())
                    .startsWith("web1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void removesAllAfterAKill(String intercept) throws Exception {
        String before = dump();
        try (BallastProcess ballast = BallastProcess.start(node, manifests, "--intercept=" + intercept)) {
            serveOnce(ballast);
            ballast.kill();
        }
        assertThat(dump()).contains("10.96.0.10", "1770", "table inet ballast");

        assertThat(run(node, "cleanup")).isZero();

        assertThat(dump()).isEqualTo(before);
        assertThat(run(node, "--cleanup")).isZero();
        assertThat(dump()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void removesAllOnExitWhereAskedTo(String intercept) throws Exception {
        String before = dump();
        try (BallastProcess ballast =
                BallastProcess.start(node, manifests, "--intercept=" + intercept, "--cleanup-on-exit")) {
            serveOnce(ballast);

            assertThat(ballast.stop()).isZero();
        }
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void removesWhatKubeProxyLeavesAndNothingOfOthers() throws Exception {
        addRulesOfOthers();
        String before = dump();
        leaveRulesAsKubeProxy();
        try (BallastProcess ballast = BallastProcess.start(node, manifests)) {
            serveOnce(ballast);
            ballast.kill();
        }

        assertThat(run(node, "cleanup", "--kube-proxy")).isZero();

        assertThat(dump()).isEqualTo(before);
    }

    /** On the way from kube-proxy to Ballast: both were there for a while, so that Services were served throughout. */
    @Test
    void removesWhatKubeProxyLeavesBesideARunningBallast() throws Exception {
        addRulesOfOthers();
        try (BallastProcess ballast = BallastProcess.start(node, manifests)) {
            serveOnce(ballast);
            String before = dump();
            leaveRulesAsKubeProxy();
            assertThat(dump()).contains("KUBE-SERVICES", "table ip kube-proxy");

            assertThat(run(node, "cleanup", "--kube-proxy=only")).isZero();

            assertThat(dump()).isEqualTo(before).contains("table inet ballast");
            serveOnce(ballast);
        }
    }

    private void addRulesOfOthers() {
        for (String program : List.of("iptables", "ip6tables")) {
            node.exec(program, "-t", "nat", "-N", "CNI-0123456789abcdef01234567");
            node.exec(program, "-t", "nat", "-A", "POSTROUTING", "-j", "CNI-0123456789abcdef01234567");
            node.exec(program, "-t", "filter", "-N", "KUBE-FIREWALL");
            node.exec(program, "-t", "filter", "-A", "OUTPUT", "-j", "KUBE-FIREWALL");
        }
    }

    private void leaveRulesAsKubeProxy() {
        node.exec("nft", "add table ip kube-proxy; add table ip6 kube-proxy; add chain ip kube-proxy services");
        for (String program : List.of("iptables", "ip6tables")) {
            node.exec(program, "-t", "nat", "-N", "KUBE-SERVICES");
            node.exec(program, "-t", "nat", "-N", "KUBE-POSTROUTING");
            node.exec(program, "-t", "nat", "-A", "POSTROUTING", "-j", "KUBE-POSTROUTING");
            node.exec(program, "-t", "nat", "-A", "KUBE-SERVICES", "-p", "tcp", "-j", "RETURN");
        }
    }
}
