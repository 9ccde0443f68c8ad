package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hints of EndpointSlices choose endpoints by zone and node, and follow the node's own zone. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class TopologyIT {
    private static final String IP = "10.96.0.10";

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("near")
            .node("node2")
            .bridgedPod("same")
            .bridgedPod("far"));

    private final Machine node = cluster.node();

    private BallastProcess ballast;

    @BeforeEach
    void start() throws Exception {
        cluster.serve("near", "same", "far");
        NodeManifest.of(node).zone("a").write(cluster.manifests());
    }

    private String endpoint(String name, String hints) {
        return Manifest.endpoint(cluster.machine(name), "hints: {" + hints + "}");
    }

    private static String zones(String zone) {
        return "forZones: [{name: " + zone + "}]";
    }

    private static String nodeAndZone(String nodeName, String zone) {
        return "forNodes: [{name: " + nodeName + "}], " + zones(zone);
    }

    private void serve(String... endpoints) throws IOException {
        Manifest.service("web", IP).port(80, 0).slice(8080, endpoints).write(cluster.manifests());
    }

    /** Who answers six connections in a row, over TCP and over UDP. */
    private Set<String> answers() throws Exception {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            names.add(Dial.tcpServer(cluster.machine("client"), IP, 80));
            names.add(Dial.udpServer(cluster.machine("client"), IP, 80, 100));
        }
        return names;
    }

    private void awaitAnswers(String when, String... names) throws Exception {
        Await.until(when, () -> answers().equals(Set.of(names)));
        assertThat(answers()).as(when + "\n" + ballast.log()).containsExactly(names);
    }

    @Test
    void followsZoneHintsAndTheNodesOwnZone() throws Exception {
        serve(endpoint("near", zones("a")), endpoint("same", zones("a")), endpoint("far", zones("b")));
        ballast = cluster.ballast();
        awaitAnswers("zone a", "near", "same");

        NodeManifest.of(node).zone("b").write(cluster.manifests());
        awaitAnswers("the node moved to zone b", "far");

        NodeManifest.of(node).zone("c").write(cluster.manifests());
        awaitAnswers("no endpoint is in zone c", "far", "near", "same");

        NodeManifest.of(node).zone("b").write(cluster.manifests());
        awaitAnswers("back in zone b", "far");

        NodeManifest.of(node).write(cluster.manifests());
        awaitAnswers("the node has no zone", "far", "near", "same");

        NodeManifest.of(node).zone("b").write(cluster.manifests());
        awaitAnswers("in zone b once more", "far");
        serve(endpoint("near", zones("a")), endpoint("same", ""), endpoint("far", zones("b")));
        awaitAnswers("one endpoint without hints", "far", "near", "same");
    }

    @Test
    void staysOnTheNodeAndFallsBackToTheZone() throws Exception {
        serve(
                endpoint("near", nodeAndZone("node1", "a")),
                endpoint("same", nodeAndZone("node2", "a")),
                endpoint("far", nodeAndZone("node2", "b")));
        ballast = cluster.ballast();
        awaitAnswers("same node", "near");

        serve(endpoint("same", nodeAndZone("node2", "a")), endpoint("far", nodeAndZone("node2", "b")));
        awaitAnswers("the node's own endpoint is gone", "same");

        serve(endpoint("far", nodeAndZone("node2", "b")));
        awaitAnswers("the zone's are gone too", "far");
    }
}
