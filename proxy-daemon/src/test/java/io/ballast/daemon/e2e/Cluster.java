package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two nodes and an outside host, with a server on each pod named after it; Ballast runs on {@code node1}. Closing ends
 * everything. Confined to one thread.
 */
final class Cluster implements AutoCloseable {
    /** Where servers listen, and their pods. */
    static final int TARGET_PORT = 8080;

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web1")
            .routedPod("web2")
            .node("node2")
            .bridgedPod("far")
            .outside("outside")
            .build();
    private final Path manifests;
    private final List<AutoCloseable> resources = new ArrayList<>(List.of(topology));

    private Cluster(Path manifests) {
        this.manifests = manifests;
    }

    /** @param manifests an empty directory */
    static Cluster start(Path manifests) throws Exception {
        Cluster cluster = new Cluster(manifests);
        for (String pod : List.of("web1", "web2", "far")) {
            cluster.keep(NamedServer.start(cluster.machine(pod), pod, TARGET_PORT));
        }
        NodeManifest.of(cluster.node()).write(manifests);
        return cluster;
    }

    BallastProcess ballast(String... flags) throws Exception {
        return keep(BallastProcess.start(node(), manifests, flags));
    }

    <T extends AutoCloseable> T keep(T resource) {
        resources.add(resource);
        return resource;
    }

    Machine machine(String name) {
        return topology.machine(name);
    }

    Machine node() {
        return topology.machine("node1");
    }

    /** An endpoint of a slice, on the node of its pod. */
    String endpoint(String pod, String conditions) {
        return "{addresses: [\"%s\"], nodeName: %s, conditions: {%s}}"
                .formatted(machine(pod).ipv4(), pod.equals("far") ? "node2" : "node1", conditions);
    }

    void delete(String service) throws IOException {
        Files.delete(manifests.resolve(service + ".yaml"));
    }

    /** The servers that answer so many TCP connections in a row. */
    Set<String> answers(String from, String address, int port, int connections) throws Exception {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < connections; i++) {
            names.add(Dial.tcp(machine(from), address, port).split(" ", 2)[0]);
        }
        return names;
    }

    /** Waits until so many connections in a row see these servers and no other. */
    void awaitAnswers(String when, String from, String address, int port, String... names) throws Exception {
        Await.until(when, () -> answers(from, address, port, 3 * names.length).equals(Set.of(names)));
    }

    /** The status code of a GET from the outside host, 0 where nobody listens. */
    int httpStatus(String url) throws Exception {
        return machine("outside").run(() -> {
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) URI.create(url).toURL().openConnection();
                connection.setConnectTimeout(10_000);
                connection.setReadTimeout(10_000);
                return connection.getResponseCode();
            } catch (IOException e) {
                return 0;
            }
        });
    }

    /** The body of a GET on the node, and the status line before it. */
    String httpOnNode(String url) throws Exception {
        return node().run(() -> {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setReadTimeout(10_000);
            try (var body = connection.getInputStream()) {
                String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                return connection.getResponseCode() + " " + connection.getResponseMessage() + "\n" + text;
            }
        });
    }

    @Override
    public void close() throws Exception {
        for (int i = resources.size() - 1; i >= 0; i--) {
            resources.get(i).close();
        }
    }
}
