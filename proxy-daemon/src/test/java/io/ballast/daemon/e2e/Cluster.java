package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.TestApiServer;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The machines of a test, of which {@code node1} runs Ballast, and all that was started on them: it ends after the test,
 * the last first. Ballast's source is a directory of manifests, in which {@code node1} is from the beginning. Confined
 * to the test's thread.
 */
final class Cluster implements AfterEachCallback {
    /** Where servers listen on their pods. */
    static final int TARGET_PORT = 8080;

    /** Those behind bridges. */
    static final String BRIDGED_PODS = "--cluster-cidr=10.244.0.0/16,2001:db8:244::/48";

    static final String ALL_PODS = "--cluster-cidr=10.244.0.0/15,2001:db8:244::/47";

    private final Resources resources = new Resources();
    private final Topology topology;
    private final Path manifests;

    private Cluster(Topology topology) throws IOException {
        this.topology = resources.keep(topology);
        manifests = resources.directory();
        NodeManifest.of(node()).write(manifests);
    }

    /** @param machines {@code node1} among them */
    static Cluster of(Topology.Builder machines) {
        try {
            return new Cluster(machines.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One node with these pods behind its bridge, and the host {@code outside}. */
    static Cluster ofOneNode(String... pods) {
        Topology.Builder machines = Topology.builder().node("node1");
        Stream.of(pods).forEach(machines::bridgedPod);
        return of(machines.outside("outside"));
    }

    /** Two nodes, of which the other has the pod {@code far}, and the host {@code outside}. */
    static Cluster ofTwoNodes() {
        return of(Topology.builder()
                .node("node1")
                .bridgedPod("client")
                .bridgedPod("web1")
                .routedPod("web2")
                .node("node2")
                .bridgedPod("far")
                .outside("outside"));
    }

    Machine node() {
        return machine("node1");
    }

    Machine machine(String name) {
        return topology.machine(name);
    }

    /** The directory that Ballast follows. */
    Path manifests() {
        return manifests;
    }

    /** Ends the resource after the test. */
    <T extends AutoCloseable> T keep(T resource) {
        return resources.keep(resource);
    }

    /** Starts a server on each of these pods, named after it; returns the pods. */
    Machine[] serve(String... pods) throws Exception {
        for (String pod : pods) {
            serve(machine(pod), pod, TARGET_PORT);
        }
        return Stream.of(pods).map(this::machine).toArray(Machine[]::new);
    }

    NamedServer serve(Machine machine, String name, int port) throws Exception {
        return keep(NamedServer.start(machine, name, port));
    }

    /** A host process can dial what lies beyond the node only where the node has a way there. */
    void routeBeyondNode(String outside) {
        Machine router = machine(outside);
        node().ip("route add default via " + router.ipv4(), "route add default via " + router.ipv6());
    }

    /** The kernel answers a client with few "port unreachable" a second; this one with as many as it earns. */
    void refuseWithoutLimit(Machine machine) {
        machine.exec("sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0");
    }

    /** Starts Ballast and returns once it is ready. */
    BallastProcess ballast(String... flags) throws Exception {
        return launch(List.of(), flags).ready();
    }

    /**
     * Starts Ballast, beside one that serves maybe, and returns at once.
     *
     * @param prefix in front of the command: where it shall run
     */
    BallastProcess launch(List<String> prefix, String... flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--source-dir=" + manifests));
        arguments.addAll(List.of(flags));
        return keep(BallastProcess.daemon(prefix, node(), arguments));
    }

    /** Starts Ballast with an API server as its source instead, and returns at once. */
    BallastProcess follow(TestApiServer server, String... flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--master=" + server.url(), "--hostname-override=node1"));
        arguments.addAll(List.of(flags));
        return keep(BallastProcess.launch(node(), arguments));
    }

    /** The processes of the node that have the ports of healthz and of metrics. */
    Set<Long> probed() {
        return Pattern.compile("pid=(\\d+)")
                .matcher(node().exec("ss", "-Hltnp", "sport = 10256 or sport = 10249"))
                .results()
                .map(process -> Long.valueOf(process.group(1)))
                .collect(Collectors.toSet());
    }

    /** Runs a subcommand, or a daemon that ends by itself, which has to succeed; returns what it said. */
    String run(List<String> prefix, String... arguments) throws Exception {
        try (BallastProcess command = BallastProcess.launch(prefix, node(), List.of(arguments))) {
            assertThat(command.awaitEnd()).as(command.log()).isZero();
            return command.log();
        }
    }

    /** An endpoint of a slice, on the node of its pod. */
    String endpoint(String pod, String conditions) {
        return Manifest.endpoint(machine(pod), "conditions: {" + conditions + "}");
    }

    /** Deletes a manifest. */
    void delete(String name) throws IOException {
        Files.delete(manifests.resolve(name + ".yaml"));
    }

    /** Waits until so many TCP connections in a row see these servers and no other. */
    void awaitAnswers(String when, String from, String address, int port, String... names) throws Exception {
        Await.until(when, () -> answers(from, address, port, 3 * names.length).equals(Set.of(names)));
    }

    /** The servers that answer so many TCP connections in a row. */
    Set<String> answers(String from, String address, int port, int connections) throws Exception {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < connections; i++) {
            names.add(Dial.tcpServer(machine(from), address, port));
        }
        return names;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        resources.close();
    }
}
