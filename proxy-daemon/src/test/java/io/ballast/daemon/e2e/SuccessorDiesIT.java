package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new version takes over and dies, time and again: the old pod, which nobody has told to end, serves in between. */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "nsenter", "unshare", "mount"})
@RequiresFeature(NftablesProbe.class)
class SuccessorDiesIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String LATE_IP = "10.96.0.3";
    private static final String DNS_IP = "10.96.0.53";
    private static final String OLD = "11111111-1111-1111-1111-111111111111";
    private static final String NEW = "22222222-2222-2222-2222-222222222222";
    private static final String TOOK_OVER = "Took over from the earlier process";
    private static final String STANDS_BY = "standing by until it ends";
    private static final String HEALTHY = "200";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    @TempDir
    private Path pods;

    private final Machine node = cluster.node();
    private final Machine outside = cluster.machine("outside");
    private final Machine client = cluster.machine("client");

    @BeforeEach
    void describeCluster() throws Exception {
        Manifest.service("web", CLUSTER_IP)
                .port(80, 30080)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
        Manifest.service("dns", DNS_IP)
                .port("UDP", 53, 30053)
                .endpoints(cluster.machine("web1"))
                .write(cluster.manifests());
    }

    /** As the kubelet starts a container: a file of the pod's own directory is mounted in it. */
    private BallastProcess launch(String pod, String intercept) throws IOException {
        Path hosts = pods.resolve("pods").resolve(pod).resolve("etc-hosts");
        Files.createDirectories(hosts.getParent());
        Files.writeString(hosts, "127.0.0.1 localhost\n");
        String script = "mount --bind " + hosts + " /etc/hosts && exec \"$@\"";
        return cluster.launch(
                List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"),
                "--intercept=" + intercept);
    }

    private ClientLoad load() {
        ClientLoad load = cluster.keep(new ClientLoad());
        load.tcp(client, CLUSTER_IP, 80);
        load.tcp(outside, node.ipv4(), 30080);
        load.udp(client, DNS_IP, 53);
        load.udp(outside, node.ipv4(), 30053);
        load.ask("livez", () -> Integer.toString(Http.status(node, "http://127.0.0.1:10256/livez")));
        return load;
    }

    private BallastProcess takeOver(String pod, String intercept, BallastProcess old, int standing) throws Exception {
        try (ClientLoad load = load()) {
            load.awaitMore(10);
            BallastProcess successor = launch(pod, intercept);
            Await.until("the successor took over", () -> successor.logged(TOOK_OVER) > 0);
            load.awaitMore(30);
            load.close();
            assertThat(load.answersOtherThan("web1", HEALTHY))
                    .as(old.log() + successor.log())
                    .isEmpty();
            Await.until("the old one stands by", () -> old.logged(STANDS_BY) >= standing);
            return successor;
        }
    }

    private void awaitService(BallastProcess old) throws Exception {
        Await.until("the old one serves a ClusterIP", () -> Dial.tcpServer(client, CLUSTER_IP, 80)
                .equals("web1"));
        Await.until("and a node port", () -> Dial.tcpServer(outside, node.ipv4(), 30080)
                .equals("web1"));
        Await.until("and UDP", () -> Dial.udpServer(client, DNS_IP, 53, 100).equals("web1"));
        old.ready();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void theOldOneServesAgain(String intercept, TestReporter reporter) throws Exception {
        BallastProcess old = launch(OLD, intercept).ready();
        OpenConnection open = cluster.keep(OpenConnection.open(client, CLUSTER_IP, 80));

        for (int crash = 1; crash <= 2; crash++) {
            BallastProcess successor = takeOver(NEW, intercept, old, crash);
            Manifest.service("late" + crash, LATE_IP + crash)
                    .port(80, 30080 + crash)
                    .endpoints(cluster.machine("web1"))
                    .write(cluster.manifests());
            try (ClientLoad load = load()) {
                load.awaitMore(10);
                successor.kill();
                awaitService(old);
                load.close();
                reporter.publishEntry(
                        "without service after crash " + crash,
                        load.answersOtherThan("web1", HEALTHY).toString());
            }
            String late = LATE_IP + crash;
            Await.until("and what has come since", () -> Dial.tcpServer(client, late, 80)
                    .equals("web1"));
            open.assertAlive("after crash " + crash);
        }

        BallastProcess last = takeOver(NEW, intercept, old, 3);
        open.close();
        assertThat(old.stop()).as(old.log()).isZero();
        assertThat(Dial.tcpServer(client, CLUSTER_IP, 80)).isEqualTo("web1");
        last.kill();
    }
}
