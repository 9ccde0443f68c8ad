package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hints of EndpointSlices choose endpoints by zone and node, and follow the node's own zone. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class TopologyIT {
    private static final String IP = "10.96.0.10";

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("near")
            .node("node2")
            .bridgedPod("same")
            .bridgedPod("far")
            .build();
    private final Machine node = topology.machine("node1");
    private final List<NamedServer> servers = new ArrayList<>();

    @TempDir
    Path manifests;

    private BallastProcess ballast;

    @BeforeEach
    void start() throws Exception {
        for (String name : List.of("near", "same", "far")) {
            servers.add(NamedServer.start(topology.machine(name), name, 8080));
        }
        NodeManifest.of(node).zone("a").write(manifests);
    }

    @AfterEach
    void close() throws Exception {
        if (ballast != null) {
            ballast.close();
        }
        for (NamedServer server : servers) {
            server.close();
        }
        topology.close();
    }

    private String endpoint(String name, String nodeName, String hints) {
        return "{addresses: [\"%s\"], nodeName: %s, hints: {%s}}"
                .formatted(topology.machine(name).ipv4(), nodeName, hints);
    }

    private static String zones(String zone) {
        return "forZones: [{name: " + zone + "}]";
    }

    private static String nodeAndZone(String nodeName, String zone) {
        return "forNodes: [{name: " + nodeName + "}], " + zones(zone);
    }

    private void serve(String... endpoints) throws IOException {
        Manifest.service("web", IP).port(80, 0).slice(8080, endpoints).write(manifests);
    }

    /** Who answers six connections in a row, over TCP and over UDP. */
    private Set<String> answers() throws Exception {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            names.add(Dial.tcp(topology.machine("client"), IP, 80).split(" ", 2)[0]);
            names.add(Dial.udp(topology.machine("client"), IP, 80, 100).split(" ", 2)[0]);
        }
        return names;
    }

    private void awaitAnswers(String when, String... names) throws Exception {
        Await.until(when, () -> answers().equals(Set.of(names)));
        assertThat(answers()).as(when + "\n" + ballast.log()).containsExactly(names);
    }

    @Test
    void followsZoneHintsAndTheNodesOwnZone() throws Exception {
        serve(
                endpoint("near", "node1", zones("a")),
                endpoint("same", "node2", zones("a")),
                endpoint("far", "node2", zones("b")));
        ballast = BallastProcess.start(node, manifests);
        awaitAnswers("zone a", "near", "same");

        NodeManifest.of(node).zone("b").write(manifests);
        awaitAnswers("the node moved to zone b", "far");

        NodeManifest.of(node).zone("c").write(manifests);
        awaitAnswers("no endpoint is in zone c", "far", "near", "same");

        NodeManifest.of(node).zone("b").write(manifests);
        awaitAnswers("back in zone b", "far");

        NodeManifest.of(node).write(manifests);
        awaitAnswers("the node has no zone", "far", "near", "same");

        NodeManifest.of(node).zone("b").write(manifests);
        awaitAnswers("in zone b once more", "far");
        serve(
                endpoint("near", "node1", zones("a")),
                endpoint("same", "node2", ""),
                endpoint("far", "node2", zones("b")));
        awaitAnswers("one endpoint without hints", "far", "near", "same");
    }

    @Test
    void staysOnTheNodeAndFallsBackToTheZone() throws Exception {
        serve(
                endpoint("near", "node1", nodeAndZone("node1", "a")),
                endpoint("same", "node2", nodeAndZone("node2", "a")),
                endpoint("far", "node2", nodeAndZone("node2", "b")));
        ballast = BallastProcess.start(node, manifests);
        awaitAnswers("same node", "near");

        serve(
                endpoint("same", "node2", nodeAndZone("node2", "a")),
                endpoint("far", "node2", nodeAndZone("node2", "b")));
        awaitAnswers("the node's own endpoint is gone", "same");

        serve(endpoint("far", "node2", nodeAndZone("node2", "b")));
        awaitAnswers("the zone's are gone too", "far");
    }
}
