package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.KernelObjects;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon served and is gone; the node is as it was before, to the byte. */
@RequiresRoot
@RequiresCommand({"ip", "ip6tables", "iptables", "nft", "nsenter", "sysctl", "unshare"})
@RequiresFeature(NftablesProbe.class)
class CleanupIT {
    private static final String CLOSE_WAIT = "net.netfilter.nf_conntrack_tcp_timeout_close_wait";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1");

    private final Machine node = cluster.node();
    private BpfMount mount;

    @BeforeEach
    void describeCluster() throws Exception {
        mount = cluster.keep(BpfMount.open());
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(80, 30080)
                .externalIps("203.0.113.250", "2001:db8:113::250")
                .endpoints(cluster.machine("web1"))
                .write(cluster.manifests());
        node.exec("nft", "add table ip foreign");
        node.ip("rule add fwmark 0x4000/0x4000 lookup 99", "route add local 198.51.100.9 dev lo proto 66");
    }

    private NodeState state() throws Exception {
        return NodeState.of(node, mount);
    }

    private void run(String... arguments) throws Exception {
        assertThat(cluster.run(mount.enter(), arguments)).doesNotContain("FAILED", "Exception");
    }

    private void serveOnce(BallastProcess ballast) throws Exception {
        try (NamedServer server = cluster.serve(cluster.machine("web1"), "web1", Cluster.TARGET_PORT)) {
            assertThat(Dial.tcp(node, "10.96.0.10", 80)).as(ballast.log()).startsWith("web1");
            assertThat(Dial.tcp(cluster.machine("outside"), "203.0.113.250", 80))
                    .as(ballast.log())
                    .startsWith("web1");
        }
    }

    private BallastProcess start(String... flags) throws Exception {
        return cluster.launch(mount.enter(), flags).ready();
    }

    /** How a daemon comes to its end, or several. */
    private enum Life {
        STOPPED,
        KILLED,
        KILLED_AND_FOLLOWED
    }

    /** {@code cleanup} leaves what kube-proxy leaves too: the settings of connection tracking. */
    @ParameterizedTest
    @CsvSource({
        "STOPPED, bind", "STOPPED, sk-lookup",
        "KILLED, bind", "KILLED, sk-lookup",
        "KILLED_AND_FOLLOWED, bind", "KILLED_AND_FOLLOWED, sk-lookup"
    })
    void removesAll(Life life, String intercept) throws Exception {
        String name = life.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + intercept;
        NodeState before = state().write(name + "-1-before");
        Set<String> objects = live(life, name, "--intercept=" + intercept, "--conntrack-tcp-timeout-close-wait=61m");
        assertThat(state().write(name + "-3-ended").toString()).contains("10.96.0.10", "1770", "table inet ballast");
        assertThat(objects.isEmpty()).isEqualTo(intercept.equals("bind"));

        run("cleanup");

        NodeState after = state().write(name + "-4-cleaned");
        assertThat(after).isEqualTo(before.with(CLOSE_WAIT, "3660"));
        Await.until("the kernel has freed " + objects, () -> KernelObjects.alive(objects)
                .isEmpty());
        run("--cleanup");
        assertThat(state()).isEqualTo(after);
    }

    /** Returns the eBPF objects that were there meanwhile. */
    private Set<String> live(Life life, String name, String... flags) throws Exception {
        Set<String> objects = new TreeSet<>();
        boolean followed = life == Life.KILLED_AND_FOLLOWED;
        for (int number = followed ? 0 : 1; number < 2; number++) {
            try (BallastProcess ballast = start(flags)) {
                serveOnce(ballast);
                objects.addAll(node.run(KernelObjects::here));
                state().write(name + "-2-serving");
                end(ballast, number > 0 && life != Life.KILLED);
            }
        }
        return objects;
    }

    private static void end(BallastProcess ballast, boolean orderly) throws Exception {
        if (orderly) {
            assertThat(ballast.stop()).as(ballast.log()).isZero();
        } else {
            ballast.kill();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void removesAllOnExitWhereAskedTo(String intercept) throws Exception {
        NodeState before = state();
        try (BallastProcess ballast = start("--intercept=" + intercept, "--cleanup-on-exit")) {
            serveOnce(ballast);

            assertThat(ballast.stop()).isZero();
        }
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void removesWhatKubeProxyLeavesAndNothingOfOthers() throws Exception {
        addRulesOfOthers();
        NodeState before = state();
        leaveRulesAsKubeProxy();
        try (BallastProcess ballast = start()) {
            serveOnce(ballast);
            ballast.kill();
        }

        run("cleanup", "--kube-proxy");

        assertThat(state()).isEqualTo(before);
    }

    /** On the way from kube-proxy to Ballast: both were there for a while, so that Services were served throughout. */
    @Test
    void removesWhatKubeProxyLeavesBesideARunningBallast() throws Exception {
        addRulesOfOthers();
        BallastProcess ballast = start();
        serveOnce(ballast);
        NodeState before = state();
        leaveRulesAsKubeProxy();
        assertThat(state().toString()).contains("KUBE-SERVICES", "table ip kube-proxy");

        run("cleanup", "--kube-proxy=only");

        assertThat(state()).isEqualTo(before);
        serveOnce(ballast);
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
