package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that was told to end, with no successor in sight, has connections still; then the next one comes. */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "ss"})
@RequiresFeature(NftablesProbe.class)
class DrainIT {
    private static final String CLUSTER_IP = "10.96.0.10";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    private final Machine client = cluster.machine("client");

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void leavesFrontendsAndProbesToTheNextProcess(String intercept) throws Exception {
        Manifest.service("web", CLUSTER_IP)
                .port(80, 30080)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
        BallastProcess first = cluster.ballast("--intercept=" + intercept);
        OpenConnection open = cluster.keep(OpenConnection.open(client, CLUSTER_IP, 80));
        assertThat(cluster.probed()).isEqualTo(Set.of(first.pid()));

        first.terminate();
        Await.until("nobody answers probes", () -> cluster.probed().isEmpty());
        Await.until("frontends refuse", () -> Dial.tcp(client, CLUSTER_IP, 80).equals(Dial.REFUSED));

        BallastProcess second =
                cluster.launch(List.of(), "--intercept=" + intercept).ready();
        assertThat(cluster.probed()).isEqualTo(Set.of(second.pid()));
        assertThat(Dial.tcpServer(client, CLUSTER_IP, 80)).as(second.log()).isEqualTo("web1");
        assertThat(Dial.udpServer(client, CLUSTER_IP, 80, 1)).as(second.log()).isEqualTo("web1");
        open.assertAlive("while the next process serves");
        open.close();
        assertThat(first.awaitEnd()).as(first.log()).isZero();
        assertThat(Dial.tcpServer(client, CLUSTER_IP, 80)).as(second.log()).isEqualTo("web1");
        assertThat(second.stop()).as(second.log()).isZero();
    }
}
