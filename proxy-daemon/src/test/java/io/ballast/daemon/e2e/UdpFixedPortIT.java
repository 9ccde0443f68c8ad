package io.ballast.daemon.e2e;

import static io.ballast.daemon.e2e.FixedPortClients.CLUSTER_IPS;
import static io.ballast.daemon.e2e.FixedPortClients.NODE_PORT;
import static io.ballast.daemon.e2e.FixedPortClients.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.util.List;
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
    @RegisterExtension
    final FixedPortClients clients = new FixedPortClients();

    private final Cluster cluster = clients.cluster();
    private final Machine node = cluster.node();
    private final Machine server1 = cluster.machine("server1");
    private final Machine server2 = cluster.machine("server2");

    /** should be able to preserve UDP traffic when server pod cycles for a ClusterIP service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesBehindAClusterIp(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode);

        clients.serveFrom(server2);

        clients.expectMove(reporter, "server1", "server2");
    }

    /** should be able to preserve UDP traffic when server pod cycles for a NodePort service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesBehindANodePort(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode, cluster.machine("outside"), nodeIps(), NODE_PORT);

        clients.serveFrom(server2);

        clients.expectMove(reporter, "server1", "server2");
    }

    /** … for a ClusterIP service with InternalTrafficPolicy set to Local. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesUnderInternalPolicyLocal(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode, FixedPortClients::internalLocal, cluster.machine("client"), CLUSTER_IPS, PORT);

        clients.serveFrom(FixedPortClients::internalLocal, server2);

        clients.expectMove(reporter, "server1", "server2");
    }

    /** … and client is hostNetwork. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAServerPodThatCyclesForAClientOnTheHost(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode, node, CLUSTER_IPS, PORT);

        clients.serveFrom(server2);

        clients.expectMove(reporter, "server1", "server2");
    }

    /** should be able to preserve UDP traffic when initial unready endpoints get ready. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void reachesEndpointsThatBecomeReadyAfterTheFirstPackets(String mode) throws Exception {
        clients.serveFrom(text -> text.replace("ready: true", "ready: false, serving: false"), server1);
        clients.start(mode);
        clients.dial(cluster.machine("client"), CLUSTER_IPS, PORT);
        Await.until("the first packets went nowhere", () -> clients.all().allMatch(client -> client.sent() > 10));

        clients.serveFrom(server1);

        clients.awaitAnswers("server1");
        clients.all().forEach(client -> assertThat(client.hears("server2")).isFalse());
    }

    /** should be able to cleanup conntrack entries when UDP service target port changes for a NodePort service. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAChangedTargetPort(String mode, TestReporter reporter) throws Exception {
        cluster.serve(server1, "moved", 8081);
        clients.talkToServer1(mode, cluster.machine("outside"), nodeIps(), NODE_PORT);

        clients.serveFrom(text -> text.replace("port: 8080", "port: 8081"), server1);

        clients.expectMove(reporter, "server1", "moved");
    }

    private List<String> nodeIps() {
        return List.of(node.ipv4(), node.ipv6());
    }
}
