package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Clients that keep their source port, one in each family, of the Service {@code dns}, which one of the servers
 * {@code server1} and {@code server2} serves, and their cluster, which ends after the test. Confined to the test's thread.
 */
final class FixedPortClients implements BeforeEachCallback, AfterEachCallback {
    static final int PORT = 53;
    static final int NODE_PORT = 30053;
    static final List<String> CLUSTER_IPS = List.of("10.96.0.53", "fd00:96::53");

    private static final UnaryOperator<String> AS_WRITTEN = UnaryOperator.identity();

    private final Cluster cluster = Cluster.ofOneNode("client", "server1", "server2");
    private final List<FixedPortClient> clients = new ArrayList<>();

    Cluster cluster() {
        return cluster;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        cluster.serve("server1", "server2");
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        cluster.afterEach(context);
    }

    /** An edit: only endpoints on the client's node. */
    static String internalLocal(String manifest) {
        return manifest.replaceFirst("spec:\n", "spec:\n  internalTrafficPolicy: Local\n");
    }

    static Manifest service() {
        return Manifest.service("dns", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1));
    }

    Stream<FixedPortClient> all() {
        return clients.stream();
    }

    void serveFrom(Machine server) throws IOException {
        serveFrom(AS_WRITTEN, server);
    }

    void serveFrom(UnaryOperator<String> edit, Machine server) throws IOException {
        Manifest manifest = service().port(PORT, NODE_PORT).endpoints(server);
        Manifest.write(cluster.manifests(), "dns", edit.apply(manifest.toString()));
    }

    void write(Manifest service) throws IOException {
        service.write(cluster.manifests());
    }

    /** Clients of the ClusterIPs are answered by the first server. */
    void talkToServer1(String mode) throws Exception {
        talkToServer1(mode, cluster.machine("client"), CLUSTER_IPS, PORT);
    }

    void talkToServer1(String mode, Machine client, List<String> addresses, int port) throws Exception {
        talkToServer1(mode, AS_WRITTEN, client, addresses, port);
    }

    void talkToServer1(String mode, UnaryOperator<String> edit, Machine client, List<String> addresses, int port)
            throws Exception {
        serveFrom(edit, cluster.machine("server1"));
        start(mode);
        dial(client, addresses, port);
        awaitAnswers("server1");
    }

    void start(String mode) throws Exception {
        cluster.ballast("--intercept=" + mode, Cluster.ALL_PODS);
    }

    void dial(Machine from, List<String> addresses, int port) throws Exception {
        for (String address : addresses) {
            clients.add(cluster.keep(FixedPortClient.start(from, address, port)));
        }
    }

    void awaitRefusal(int port) throws Exception {
        awaitAnswer(port, Dial.REFUSED::equals);
    }

    /** What a client with a port of its own sees. */
    void awaitAnswer(int port, Predicate<String> wanted) throws Exception {
        for (String address : CLUSTER_IPS) {
            Await.until(
                    "new clients of port " + port + " get what they should",
                    () -> wanted.test(Dial.udp(cluster.machine("client"), address, port, 100)));
        }
    }

    void awaitAnswers(String server) throws Exception {
        Await.until(server + " answers both families", () -> all().allMatch(client -> client.hears(server)));
    }

    /** Waits until each client has an answer to something sent after the next so many. */
    void awaitAnswersToMore(String server, int more) throws Exception {
        awaitAnswersAfter(server, sent().stream().map(sent -> sent + more).toList());
    }

    void expectMove(TestReporter reporter, String before, String after) throws Exception {
        awaitAnswers(after);
        for (FixedPortClient client : clients) {
            reporter.publishEntry("gap in packets", Integer.toString(client.gap(before, after)));
        }
        List<Integer> sent = sent();
        awaitAnswersAfter(after, sent);
        for (int i = 0; i < clients.size(); i++) {
            assertThat(clients.get(i).hearsSince(before, sent.get(i))).isFalse();
        }
    }

    private List<Integer> sent() {
        return all().map(FixedPortClient::sent).toList();
    }

    private void awaitAnswersAfter(String server, List<Integer> sent) throws Exception {
        Await.until("all clients are with " + server, () -> {
            for (int i = 0; i < clients.size(); i++) {
                if (!clients.get(i).hearsSince(server, sent.get(i))) {
                    return false;
                }
            }
            return true;
        });
    }
}
