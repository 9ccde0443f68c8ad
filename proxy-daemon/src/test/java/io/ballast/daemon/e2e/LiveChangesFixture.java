package io.ballast.daemon.e2e;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Service to change while the daemon runs, and connections that the change does not concern. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "ss"})
@RequiresFeature(NftablesProbe.class)
abstract class LiveChangesFixture {
    static final String IP_4 = "10.96.0.10";
    static final String IP_6 = "fd00:96::10";
    static final int NODE_PORT = 30080;

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web1")
            .node("node2")
            .bridgedPod("web2")
            .outside("outside"));

    final Machine node = cluster.node();
    final Machine client = cluster.machine("client");
    final Machine outside = cluster.machine("outside");
    final Machine web1 = cluster.machine("web1");
    final Machine web2 = cluster.machine("web2");
    final List<OpenConnection> unaffected = new ArrayList<>();

    BallastProcess ballast;

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.serve("web1", "web2");
        cluster.serve(web1, "web1b", 8081);
        Manifest.service("steady", "10.96.0.9", "fd00:96::9")
                .port(80, 30079)
                .endpoints(web1)
                .write(cluster.manifests());
    }

    void start(String intercept) throws Exception {
        ballast = cluster.ballast("--intercept=" + intercept, Cluster.BRIDGED_PODS);
        hold(client, "10.96.0.9", 80);
        hold(outside, node.ipv6(), 30079);
    }

    void hold(Machine from, String address, int port) throws Exception {
        unaffected.add(cluster.keep(OpenConnection.open(from, address, port)));
    }

    void verify(String step, Reach reach) throws Exception {
        reach.verify(() -> step + "\n" + ballast.log());
        for (OpenConnection connection : unaffected) {
            connection.assertAlive(step);
        }
    }

    Manifest web() {
        return Manifest.service("web", IP_4);
    }

    void write(Manifest manifest) throws IOException {
        manifest.endpoints(web1).write(cluster.manifests());
    }

    static Reach expect() {
        return new Reach();
    }
}
