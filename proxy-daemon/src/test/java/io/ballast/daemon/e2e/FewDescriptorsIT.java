package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever sits on connections to the ports for probes and pages takes them from nobody: with 1024 descriptors in all. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sh"})
class FewDescriptorsIT {
    private static final List<String> LIMITED = List.of("sh", "-c", "ulimit -n 1024; exec \"$@\"", "sh");
    private static final int RELAYED = 200;
    private static final int IDLE = 600;
    private static final int FRONTENDS = 1200;

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");

    @Test
    void probesAndClientsAreServedBesideIdleConnections() throws Exception {
        Machine web = cluster.machine("web");
        cluster.keep(EchoServer.start(web, Cluster.TARGET_PORT));
        Manifest.service("web", "10.96.0.10").port(80, 0).endpoints(web).write(cluster.manifests());
        BallastProcess ballast = cluster.launch(LIMITED).ready();
        List<OpenConnection> relayed = new ArrayList<>();
        for (int i = 0; i < RELAYED; i++) {
            relayed.add(cluster.keep(OpenConnection.open(client, "10.96.0.10", 80)));
        }

        sitOn(10256);
        sitOn(10249);

        for (String url : List.of(
                "http://127.0.0.1:10256/healthz", "http://127.0.0.1:10256/readyz", "http://127.0.0.1:10249/metrics")) {
            assertThat(Http.status(node, url)).as("%s%n%s", url, ballast.log()).isEqualTo(200);
        }
        for (OpenConnection each : relayed) {
            each.assertAlive("beside idle connections");
        }
        cluster.keep(OpenConnection.open(client, "10.96.0.10", 80)).assertAlive("opened beside idle connections");
    }

    /** With a listener for each event loop they would take more than there is. */
    @Test
    void clientsAndProbesAreServedWhereFrontendsAreTooMany() throws Exception {
        Machine web = cluster.machine("web");
        cluster.keep(EchoServer.start(web, Cluster.TARGET_PORT));
        Manifest services = Manifest.service("web", "10.96.0.10", "fd00:96::10");
        for (int port = 1; port <= FRONTENDS / 2; port++) {
            services.port(port, 0);
        }
        services.endpoints(web).write(cluster.manifests());

        BallastProcess ballast = cluster.launch(LIMITED, "--intercept=bind").ready();

        cluster.keep(OpenConnection.open(client, "10.96.0.10", 1)).assertAlive("opened beside many listeners");
        assertThat(Http.status(node, "http://127.0.0.1:10249/metrics"))
                .as(ballast.log())
                .isEqualTo(200);
        assertThat(ballast.log()).contains("raise the limit (LimitNOFILE, ulimit -n)");
    }

    private void sitOn(int port) throws Exception {
        for (int i = 0; i < IDLE; i++) {
            cluster.keep(node.run(() -> new Socket("127.0.0.1", port)));
        }
    }
}
