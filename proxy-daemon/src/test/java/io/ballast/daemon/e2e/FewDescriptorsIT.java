package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sits on connections to the ports for probes and pages takes them from nobody: with 1024 descriptors in all. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sh"})
class FewDescriptorsIT {
    private static final List<String> LIMITED = List.of("sh", "-c", "ulimit -n 1024; exec \"$@\"", "sh");
    private static final int RELAYED = 200;
    private static final int IDLE = 600;

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine client = topology.machine("client");
    private final Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(topology));

    @TempDir
    Path manifests;

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }

    @Test
    void probesAndClientsAreServedBesideIdleConnections() throws Exception {
        Machine web = topology.machine("web");
        keep(EchoServer.start(web, 8080));
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
        Manifest.service("web", "10.96.0.10")
                .port(80, 0)
                .endpoints("node1", web.ipv4())
                .write(manifests);
        BallastProcess ballast = keep(BallastProcess.start(LIMITED, node, manifests));
        List<OpenConnection> relayed = new ArrayList<>();
        for (int i = 0; i < RELAYED; i++) {
            relayed.add(keep(OpenConnection.open(client, "10.96.0.10", 80)));
        }

        sitOn(10256);
        sitOn(10249);

        for (String url : List.of(
                "http://127.0.0.1:10256/healthz", "http://127.0.0.1:10256/readyz", "http://127.0.0.1:10249/metrics")) {
            assertThat(HttpStatus.of(node, url))
                    .as("%s%n%s", url, ballast.log())
                    .isEqualTo("200");
        }
        for (OpenConnection each : relayed) {
            each.assertAlive("beside idle connections");
        }
        keep(OpenConnection.open(client, "10.96.0.10", 80)).assertAlive("opened beside idle connections");
    }

    private void sitOn(int port) throws Exception {
        for (int i = 0; i < IDLE; i++) {
            keep(node.run(() -> new Socket("127.0.0.1", port)));
        }
    }
}
