package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
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

    private static final UnaryOperator<String> AS_WRITTEN = UnaryOperator.identity();

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "server1", "server2");

    private final Machine node = cluster.node();
    private final Machine server1 = cluster.machine("server1");
    private final Machine server2 = cluster.machine("server2");
    private final List<FixedPortClient> clients = new ArrayList<>();

    @BeforeEach
    void startServers() throws Exception {
        cluster.serve("server1", "server2");
    }

    /** should be able to preserve UDP traffic when server pod cycles for a ClusterIP service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesBehindAClusterIp(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        serveFrom(AS_WRITTEN, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** should be able to preserve UDP traffic when server pod cycles for a NodePort service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesBehindANodePort(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode, AS_WRITTEN, cluster.machine("outside"), nodeIps(), NODE_PORT);

        serveFrom(AS_WRITTEN, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** … for a ClusterIP service with InternalTrafficPolicy set to Local. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesUnderInternalPolicyLocal(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode, UdpFixedPortIT::internalLocal, cluster.machine("client"), CLUSTER_IPS, PORT);

        serveFrom(UdpFixedPortIT::internalLocal, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** … and client is hostNetwork. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesForAClientOnTheHost(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode, AS_WRITTEN, node, CLUSTER_IPS, PORT);

        serveFrom(AS_WRITTEN, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** should be able to preserve UDP traffic when initial unready endpoints get ready. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void reachesEndpointsThatBecomeReadyAfterTheFirstPackets(String mode, TestReporter reporter) throws Exception {
        serveFrom(text -> text.replace("ready: true", "ready: false, serving: false"), server1);
        start(mode);
        dial(cluster.machine("client"), CLUSTER_IPS, PORT);
        Await.until("the first packets went nowhere", () -> clients.stream().allMatch(client -> client.sent() > 10));

        serveFrom(AS_WRITTEN, server1);

        awaitAnswers("server1");
        clients.forEach(client -> assertThat(client.hears("server2")).isFalse());
    }

    /** should be able to cleanup conntrack entries when UDP service target port changes for a NodePort service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAChangedTargetPort(String mode, TestReporter reporter) throws Exception {
        cluster.serve(server1, "moved", 8081);
        talkToServer1(mode, AS_WRITTEN, cluster.machine("outside"), nodeIps(), NODE_PORT);

        serveFrom(text -> text.replace("port: 8080", "port: 8081"), server1);

        expectMove(reporter, "server1", "moved");
    }

    /** No title of upstream: the Service goes and comes back while the client keeps sending. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void findsAServiceAgainThatWasGone(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        cluster.delete("dns");
        // Refused while the address is still this node's, then led to wherever the node's routes lead.
        awaitAnswer(PORT, seen -> !seen.startsWith("server"));
        serveFrom(AS_WRITTEN, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** No title of upstream: all pods of the Service go, and others come (kubernetes#139628). */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void findsAServiceAgainThatWasScaledToZero(String mode, TestReporter reporter) throws Exception {
        cluster.refuseWithoutLimit(node); // The clients that go on sending would use up what there is.
        talkToServer1(mode);

        write(service().port(PORT, NODE_PORT).toString());
        awaitRefusal(PORT);
        serveFrom(AS_WRITTEN, server2);

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
        serveFrom(AS_WRITTEN, server2);

        expectMove(reporter, "server1", "server2");
    }

    /** No title of upstream: a Service gets the address of one that is gone (kubernetes#141371). */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAnAddressToAnotherService(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode);

        cluster.delete("dns");
        Manifest.service("other", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .endpoints(server2)
                .write(cluster.manifests());

        expectMove(reporter, "server1", "server2");
    }

    /**
     * As kube-proxy's conntrack entries, sessions outlive readiness and policy as long as their endpoint serves: the
     * client stays where it is while others are turned away, and moves on when its endpoint serves no more.
     */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void keepsSessionsWhenAPolicyLocalLosesItsReadyEndpoint(String mode, TestReporter reporter) throws Exception {
        talkToServer1(mode, UdpFixedPortIT::internalLocal, cluster.machine("client"), CLUSTER_IPS, PORT);

        serveFrom(text -> internalLocal(text).replace("ready: true", "ready: false, serving: true"), server1);
        Await.until("others are turned away", () -> !Dial.udp(cluster.machine("server2"), CLUSTER_IPS.get(0), PORT, 100)
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
        Manifest manifest = service().port(PORT, NODE_PORT).endpoints(server);
        write(edit.apply(manifest.toString()));
    }

    private static Manifest service() {
        return Manifest.service("dns", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1));
    }

    private void write(String documents) throws Exception {
        Manifest.write(cluster.manifests(), "dns", documents);
    }

    private void awaitRefusal(int port) throws Exception {
        awaitAnswer(port, Dial.REFUSED::equals);
    }

    private void awaitAnswer(int port, Predicate<String> wanted) throws Exception {
        for (String address : CLUSTER_IPS) {
            Await.until(
                    "new clients of port " + port + " get what they should",
                    () -> wanted.test(Dial.udp(cluster.machine("client"), address, port, 100)));
        }
    }

    /** Clients of the ClusterIPs are answered by the first server. */
    private void talkToServer1(String mode) throws Exception {
        talkToServer1(mode, AS_WRITTEN, cluster.machine("client"), CLUSTER_IPS, PORT);
    }

    private void talkToServer1(
            String mode, UnaryOperator<String> edit, Machine client, List<String> addresses, int port)
            throws Exception {
        serveFrom(edit, server1);
        start(mode);
        dial(client, addresses, port);
        awaitAnswers("server1");
    }

    private List<String> nodeIps() {
        return List.of(node.ipv4(), node.ipv6());
    }

    private void start(String mode) throws Exception {
        cluster.ballast("--intercept=" + mode, Cluster.ALL_PODS);
    }

    private void dial(Machine from, List<String> addresses, int port) throws Exception {
        for (String address : addresses) {
            clients.add(cluster.keep(FixedPortClient.start(from, address, port)));
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
