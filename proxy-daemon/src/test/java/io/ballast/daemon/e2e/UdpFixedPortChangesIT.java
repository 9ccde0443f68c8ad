package io.ballast.daemon.e2e;

import static io.ballast.daemon.e2e.FixedPortClients.CLUSTER_IPS;
import static io.ballast.daemon.e2e.FixedPortClients.NODE_PORT;
import static io.ballast.daemon.e2e.FixedPortClients.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As {@link UdpFixedPortIT}, through changes of the Service that upstream's test does not make. */
@RequiresRoot
class UdpFixedPortChangesIT {
    @RegisterExtension
    final FixedPortClients clients = new FixedPortClients();

    private final Cluster cluster = clients.cluster();
    private final Machine server1 = cluster.machine("server1");
    private final Machine server2 = cluster.machine("server2");

    /** The Service goes and comes back while the client keeps sending. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void findsAServiceAgainThatWasGone(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode);

        cluster.delete("dns");
        // Refused while the address is still this node's, then led to wherever the node's routes lead.
        clients.awaitAnswer(PORT, seen -> !seen.startsWith("server"));
        clients.serveFrom(server2);

        clients.expectMove(reporter, "server1", "server2");
    }

    /** All pods of the Service go, and others come (kubernetes#139628). */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void findsAServiceAgainThatWasScaledToZero(String mode, TestReporter reporter) throws Exception {
        cluster.refuseWithoutLimit(cluster.node()); // The clients that go on sending would use up what there is.
        clients.talkToServer1(mode);

        clients.write(FixedPortClients.service().port(PORT, NODE_PORT));
        clients.awaitRefusal(PORT);
        clients.serveFrom(server2);

        clients.expectMove(reporter, "server1", "server2");
    }

    /** The Service moves to another port, where its clients are not, and back. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void leavesAPortWithItsServiceAndComesBack(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode);

        clients.serveFrom(text -> text.replace("port: " + PORT + ",", "port: 54,"), server2);
        // Silence counts: the kernel limits how many unreachable messages it sends a client, and these ask often.
        clients.awaitAnswer(PORT, answer -> !answer.startsWith("server"));
        clients.awaitAnswer(54, answer -> answer.startsWith("server2 "));
        clients.all().forEach(client -> assertThat(client.hears("server2")).isFalse());
        clients.serveFrom(server2);

        clients.expectMove(reporter, "server1", "server2");
    }

    /** A Service gets the address of one that is gone (kubernetes#141371). */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void followsAnAddressToAnotherService(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode);

        cluster.delete("dns");
        Manifest.service("other", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .endpoints(server2)
                .write(cluster.manifests());

        clients.expectMove(reporter, "server1", "server2");
    }

    /**
     * As kube-proxy's conntrack entries, sessions outlive readiness and policy as long as their endpoint serves: the
     * client stays where it is while others are turned away, and moves on when its endpoint serves no more.
     */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void keepsSessionsWhenAPolicyLocalLosesItsReadyEndpoint(String mode, TestReporter reporter) throws Exception {
        clients.talkToServer1(mode, FixedPortClients::internalLocal, cluster.machine("client"), CLUSTER_IPS, PORT);

        clients.serveFrom(
                text -> FixedPortClients.internalLocal(text).replace("ready: true", "ready: false, serving: true"),
                server1);
        Await.until("others are turned away", () -> !Dial.udp(cluster.machine("server2"), CLUSTER_IPS.get(0), PORT, 100)
                .startsWith("server1"));
        clients.awaitAnswersToMore("server1", 20);

        clients.serveFrom(FixedPortClients::internalLocal, server2);

        clients.expectMove(reporter, "server1", "server2");
    }
}
