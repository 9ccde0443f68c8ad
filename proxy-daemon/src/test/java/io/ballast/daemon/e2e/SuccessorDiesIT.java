package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.nio.file.Path;
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
    private static final String LATE_IP = "10.96.0.3";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    @TempDir
    private Path pods;

    private final Machine client = cluster.machine("client");
    private SuccessorFixture pod;

    @BeforeEach
    void describeCluster() throws Exception {
        pod = new SuccessorFixture(cluster, pods);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void theOldOneServesAgain(String intercept, TestReporter reporter) throws Exception {
        BallastProcess old = pod.launchOld(intercept);
        OpenConnection open = cluster.keep(OpenConnection.open(client, SuccessorFixture.CLUSTER_IP, 80));

        for (int crash = 1; crash <= 2; crash++) {
            BallastProcess successor = pod.takeOver(intercept, old, crash);
            Manifest.service("late" + crash, LATE_IP + crash)
                    .port(80, 30080 + crash)
                    .endpoints(cluster.machine("web1"))
                    .write(cluster.manifests());
            try (ClientLoad load = pod.load()) {
                load.awaitMore(10);
                successor.kill();
                pod.awaitService(old);
                load.close();
                reporter.publishEntry(
                        "without service after crash " + crash,
                        SuccessorFixture.wrong(load).toString());
            }
            String late = LATE_IP + crash;
            Await.until("and what has come since", () -> Dial.tcpServer(client, late, 80)
                    .equals("web1"));
            open.assertAlive("after crash " + crash);
        }

        BallastProcess last = pod.takeOver(intercept, old, 3);
        open.close();
        assertThat(old.stop()).as(old.log()).isZero();
        assertThat(Dial.tcpServer(client, SuccessorFixture.CLUSTER_IP, 80)).isEqualTo("web1");
        last.kill();
    }
}
