package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that keeps one source port is never stuck: upstream's e2e test {@code conntrack.go}, title by title, in both
 * families. No server ever stops answering, so that only the change itself can move a client.
 */
@RequiresRoot
class UdpFixedPortIT {
    private static final int PORT = 53;
    private static final int NODE_PORT = 30053;
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.53", "fd00:96::53");

    @TempDir
    Path manifests;

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<FixedPortClient> clients = new ArrayList<>();
    private Topology topology;
    private Machine node;
    private Machine server1;
    private Machine server2;

    @BeforeEach
    void build() throws Exception {
        topology = keep(Topology.builder()
                .node("node1")
                .bridgedPod("client")
                .bridgedPod("server1")
                .bridgedPod("server2")
                .outside("outside")
                .build());
        node = topology.machine("node1");
        server1 = topology.machine("server1");
        server2 = topology.machine("server2");
        keep(NamedServer.start(server1, "server1", 8080));
        keep(NamedServer.start(server2, "server2", 8080));
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
    }

    @AfterEach
    void close() throws Exception {
        for (int i = resources.size() - 1; i >= 0; i--) {
            resources.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.add(resource);
        return resource;
    }

    /** should be able to preserve UDP traffic when server pod cycles for a ClusterIP service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesBehindAClusterIp(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        serveFrom(text -> text, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** should be able to preserve UDP traffic when server pod cycles for a NodePort service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesBehindANodePort(String mode, TestReporter reporter) throws Exception {
        serveFrom(text -> text, server1);
        start(mode);
        dial(topology.machine("outside"), node.ipv4(), node.ipv6(), NODE_PORT);
        awaitAnswers("server1");

        serveFrom(text -> text, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** … for a ClusterIP service with InternalTrafficPolicy set to Local. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesUnderInternalPolicyLocal(String mode, TestReporter reporter) throws Exception {
        serveFrom(UdpFixedPortIT::internalLocal, server1);
        start(mode);
        dial(topology.machine("client"), CLUSTER_IPS.get(0), CLUSTER_IPS.get(1), PORT);
        awaitAnswers("server1");

        serveFrom(UdpFixedPortIT::internalLocal, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** … and client is hostNetwork. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesForAClientOnTheHost(String mode, TestReporter reporter) throws Exception {
        serveFrom(text -> text, server1);
        start(mode);
        dial(node, CLUSTER_IPS.get(0), CLUSTER_IPS.get(1), PORT);
        awaitAnswers("server1");

        serveFrom(text -> text, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** should be able to preserve UDP traffic when initial unready endpoints get ready. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void reachesEndpointsThatBecomeReadyAfterTheFirstPackets(String mode, TestReporter reporter) throws Exception {
        serveFrom(text -> text.replace("ready: true", "ready: false, serving: false"), server1);
        start(mode);
        dial(topology.machine("client"), CLUSTER_IPS.get(0), CLUSTER_IPS.get(1), PORT);
        Await.until("the first packets went nowhere", () -> clients.stream().allMatch(client -> client.sent() > 10));

        serveFrom(text -> text, server1);

        awaitAnswers("server1");
        clients.forEach(client -> assertThat(client.hears("server2")).isFalse());
    }

    /** should be able to cleanup conntrack entries when UDP service target port changes for a NodePort service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAChangedTargetPort(String mode, TestReporter reporter) throws Exception {
        keep(NamedServer.start(server1, "moved", 8081));
        serveFrom(text -> text, server1);
        start(mode);
        dial(topology.machine("outside"), node.ipv4(), node.ipv6(), NODE_PORT);
        awaitAnswers("server1");

        serveFrom(text -> text.replace("port: 8080", "port: 8081"), server1);

        expectMove(reporter, "server1", "moved");
    }

    /** No title of upstream: the Service goes and comes back while the client keeps sending. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void findsAServiceAgainThatWasGone(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        Files.delete(manifests.resolve("dns.yaml"));
        // Refused while the address is still this node's, then led to wherever the node's routes lead.
        awaitAnswer(PORT, seen -> !seen.startsWith("server"));
        serveFrom(text -> text, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** No title of upstream: all pods of the Service go, and others come (kubernetes#139628). */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void findsAServiceAgainThatWasScaledToZero(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        write(service().port(PORT, NODE_PORT).toString());
        awaitRefusal(PORT);
        serveFrom(text -> text, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** No title of upstream: the Service moves to another port, where its clients are not, and back. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void leavesAPortWithItsServiceAndComesBack(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        serveFrom(text -> text.replace("port: " + PORT + ",", "port: 54,"), server2);
        // Silence counts: the kernel limits how many unreachable messages it sends a client, and these ask often.
        awaitAnswer(PORT, answer -> !answer.startsWith("server"));
        awaitAnswer(54, answer -> answer.startsWith("server2 "));
        clients.forEach(client -> assertThat(client.hears("server2")).isFalse());
        serveFrom(text -> text, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** No title of upstream: a Service gets the address of one that is gone (kubernetes#141371). */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAnAddressToAnotherService(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        Files.delete(manifests.resolve("dns.yaml"));
        Manifest.service("other", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .endpoints("node1", server2.ipv4())
                .endpoints("node1", server2.ipv6())
                .write(manifests);

        expectMove(reporter, "server1", "server2");
    }

    /**
     * As kube-proxy's conntrack entries, sessions outlive readiness and policy as long as their endpoint serves: the
     * client stays where it is while others are turned away, and moves on when its endpoint serves no more.
     */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void keepsSessionsWhenAPolicyLocalLosesItsReadyEndpoint(String mode, TestReporter reporter) throws Exception {
        serveFrom(UdpFixedPortIT::internalLocal, server1);
        start(mode);
        dial(topology.machine("client"), CLUSTER_IPS.get(0), CLUSTER_IPS.get(1), PORT);
        awaitAnswers("server1");

        serveFrom(text -> internalLocal(text).replace("ready: true", "ready: false, serving: true"), server1);
        Await.until(
                "others are turned away", () -> !Dial.udp(topology.machine("server2"), CLUSTER_IPS.get(0), PORT, 100)
                        .startsWith("server1"));
        List<Integer> before = clients.stream().map(FixedPortClient::sent).toList();
        Await.until("the clients are still served", () -> {
            for (int i = 0; i < clients.size(); i++) {
                if (!clients.get(i).hearsSince("server1", before.get(i) + 20)) {
                    return false;
                }
            }
            return true;
        });

        serveFrom(UdpFixedPortIT::internalLocal, server2);

        expectMove(reporter, "server1", "server2");
    }

    private static String internalLocal(String manifest) {
        return manifest.replaceFirst("spec:\n", "spec:\n  internalTrafficPolicy: Local\n");
    }

    private void serveFrom(UnaryOperator<String> edit, Machine server) throws Exception {
        Manifest manifest = service()
                .port(PORT, NODE_PORT)
                .endpoints("node1", server.ipv4())
                .endpoints("node1", server.ipv6());
        write(edit.apply(manifest.toString()));
    }

    private static Manifest service() {
        return Manifest.service("dns", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1));
    }

    private void write(String documents) throws Exception {
        Manifest.write(manifests, "dns", documents);
    }

    private void awaitRefusal(int port) throws Exception {
        awaitAnswer(port, Dial.REFUSED::equals);
    }

    private void awaitAnswer(int port, Predicate<String> wanted) throws Exception {
        for (String address : CLUSTER_IPS) {
            Await.until(
                    "new clients of port " + port + " get what they should",
                    () -> wanted.test(Dial.udp(topology.machine("client"), address, port, 100)));
        }
    }

    /** Clients of the ClusterIPs are answered by the first server. */
    private void talkToServer1(String mode) throws Exception {
        serveFrom(text -> text, server1);
        start(mode);
        dial(topology.machine("client"), CLUSTER_IPS.get(0), CLUSTER_IPS.get(1), PORT);
        awaitAnswers("server1");
    }

    private void start(String mode) throws Exception {
        keep(BallastProcess.start(
                node, manifests, "--intercept=" + mode, "--cluster-cidr=10.244.0.0/15,2001:db8:244::/47"));
    }

    private void dial(Machine from, String ipv4, String ipv6, int port) throws Exception {
        for (String address : List.of(ipv4, ipv6)) {
            clients.add(keep(FixedPortClient.start(from, address, port)));
        }
    }

    private void awaitAnswers(String server) throws Exception {
        Await.until(server + " answers both families", () -> clients.stream().allMatch(client -> client.hears(server)));
    }

    private void expectMove(TestReporter reporter, String before, String after) throws Exception {
        awaitAnswers(after);
        for (FixedPortClient client : clients) {
            reporter.publishEntry("gap in packets", Integer.toString(client.gap(before, after)));
        }
        List<Integer> sent = clients.stream().map(FixedPortClient::sent).toList();
        Await.until("the clients stay with " + after, () -> {
            for (int i = 0; i < clients.size(); i++) {
                if (!clients.get(i).hearsSince(after, sent.get(i))) {
                    return false;
                }
            }
            return true;
        });
        for (int i = 0; i < clients.size(); i++) {
            assertThat(clients.get(i).hearsSince(before, sent.get(i))).isFalse();
        }
    }
}
