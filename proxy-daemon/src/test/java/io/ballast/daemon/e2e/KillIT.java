package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.KernelObjects;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9}: while no Ballast runs a ClusterIP leads to no process of the host, the next start goes on with what is
 * left, and {@code ballast cleanup} leaves the namespace as it was.
 */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "nsenter", "unshare"})
@RequiresFeature(NftablesProbe.class)
class KillIT {
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.10", "fd00:96::10");
    private static final int PORT = 80;
    private static final int OTHER_PORT = 2222;

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1");

    private final Machine node = cluster.node();
    private BpfMount mount;

    @BeforeEach
    void describeCluster() throws Exception {
        mount = cluster.keep(BpfMount.open());
        Manifest.service("web", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
    }

    private List<String> prefix(boolean pinned) {
        return pinned ? mount.enter() : List.of();
    }

    private BallastProcess start(boolean pinned, String intercept) throws Exception {
        return cluster.launch(prefix(pinned), "--intercept=" + intercept).ready();
    }

    private String dump() {
        return node.exec("ip", "route", "show", "table", "all")
                + node.exec("ip", "-6", "route", "show", "table", "all")
                + node.exec("ip", "rule")
                + node.exec("ip", "-6", "rule")
                + node.exec("nft", "list", "ruleset");
    }

    @ParameterizedTest
    @CsvSource({"sk-lookup, true", "sk-lookup, false", "bind, false"})
    void leadsNowhereUntilTheNextStartServes(String intercept, boolean pinned) throws Exception {
        String before = dump();
        BallastProcess first = start(pinned, intercept);
        expect("web1", PORT, first);
        first.kill();
        NamedServer host = cluster.serve(node, "host", PORT);
        cluster.serve(node, "host", OTHER_PORT);
        expect(Dial.REFUSED, PORT, first);
        expect(Dial.REFUSED, OTHER_PORT, first);

        // A host process at the very port is a conflict for sockets that are bound.
        host.close();
        BallastProcess second = start(pinned, intercept);
        expect("web1", PORT, second);
        expect(Dial.REFUSED, OTHER_PORT, second);
        Set<String> objects = node.run(KernelObjects::here);
        assertThat(objects.isEmpty()).isEqualTo(intercept.equals("bind"));
        second.kill();

        cleanUp(pinned);

        assertThat(dump()).isEqualTo(before);
        assertThat(node.run(KernelObjects::here)).isEmpty();
        Await.until("the kernel has freed " + objects, () -> KernelObjects.alive(objects)
                .isEmpty());
        assertThat(mount.list("/sys/fs/bpf")).doesNotContain("ballast");
    }

    private void cleanUp(boolean pinned) throws Exception {
        assertThat(cluster.run(prefix(pinned), "cleanup")).doesNotContain("FAILED", "Exception");
    }

    /** Neither nftables nor a process: the pinned program alone refuses. */
    @Test
    void refusesByThePinnedProgramAlone() throws Exception {
        BallastProcess ballast = start(true, "sk-lookup");
        ballast.kill();
        node.exec("nft", "flush ruleset");
        cluster.serve(node, "host", PORT);
        cluster.serve(node, "host", OTHER_PORT);

        expect(Dial.REFUSED, PORT, ballast);
        expect(Dial.REFUSED, OTHER_PORT, ballast);

        cleanUp(true);
        assertThat(mount.list("/sys/fs/bpf")).doesNotContain("ballast");
    }

    @Test
    void forgetsWhatTheNextStartDoesNotServe() throws Exception {
        start(true, "sk-lookup").kill();
        Manifest.service("web", "10.96.0.99").port(PORT, 0).write(cluster.manifests());
        cluster.serve(node, "host", OTHER_PORT);

        BallastProcess second = start(true, "sk-lookup");

        Await.until("the former ClusterIP is nobody's", () -> !dump().contains(CLUSTER_IPS.get(0)));
        node.ip("addr add " + CLUSTER_IPS.get(0) + "/32 dev lo");
        assertThat(Dial.tcp(node, CLUSTER_IPS.get(0), OTHER_PORT))
                .as(second.log())
                .startsWith("host");
    }

    @Test
    void saysWhatIsMissingWithoutABpfFileSystem() throws Exception {
        BallastProcess ballast = start(false, "sk-lookup");

        assertThat(ballast.log()).contains("sk-lookup-pins", "not on a mounted bpf file system");
        assertThat(ballast.admin("/statusz")).contains("sk-lookup-pins is off");
        assertThat(ballast.admin("/metrics")).contains("ballast_capability{feature=\"sk-lookup-pins\"} 0");
        assertThat(ballast.admin("/metrics")).contains("ballast_capability{feature=\"crash-guard\"} 1");
    }

    private void expect(String answer, int port, BallastProcess ballast) throws Exception {
        List<String> problems = new ArrayList<>();
        for (Machine from : List.of(node, cluster.machine("web1"))) {
            for (String address : CLUSTER_IPS) {
                String tcp = Dial.tcpServer(from, address, port);
                String udp = Dial.udpServer(from, address, port, 100);
                if (!tcp.equals(answer) || !udp.equals(answer)) {
                    problems.add(from.name() + " -> " + address + " port " + port + ": tcp " + tcp + ", udp " + udp);
                }
            }
        }
        assertThat(problems).as(ballast.log()).isEmpty();
    }
}
