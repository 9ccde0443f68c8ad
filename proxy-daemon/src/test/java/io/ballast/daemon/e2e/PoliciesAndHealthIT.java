package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Traffic policies with endpoints that terminate or use the node's network, and what load balancers are told of them. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class PoliciesAndHealthIT {
    private static final String IP = "10.96.0.10";
    private static final String VIP = "198.51.100.7";
    private static final int NODE_PORT = 30080;
    private static final int HEALTH_PORT = 32080;
    private static final String READY = "ready: true";
    private static final String TERMINATING = "ready: false, serving: true, terminating: true";

    @RegisterExtension
    final Cluster cluster = Cluster.ofTwoNodes();

    @BeforeEach
    void startServers() throws Exception {
        cluster.serve("web1", "web2", "far");
    }

    private void serve(String policies, String... endpoints) throws Exception {
        Manifest web = Manifest.service("web", IP).port(80, NODE_PORT).loadBalancerIps(VIP);
        for (String policy : policies.split(" ")) {
            web.spec(policy.replace("=", ": "));
        }
        web.slice(Cluster.TARGET_PORT, endpoints).write(cluster.manifests());
    }

    /** The status that a load balancer gets, 0 where nobody listens. */
    private int health() throws Exception {
        try {
            return Http.status(
                    cluster.machine("outside"), "http://" + cluster.node().ipv4() + ":" + HEALTH_PORT + "/");
        } catch (IOException e) {
            return 0;
        }
    }

    private void awaitHealth(int status) throws Exception {
        Await.until("health check answers " + status, () -> health() == status);
    }

    @Test
    void healthCheckPortsFollowThePolicyAndTheLocalEndpoints() throws Exception {
        String local = "externalTrafficPolicy=Local healthCheckNodePort=" + HEALTH_PORT;
        Machine outside = cluster.machine("outside");
        serve(local, cluster.endpoint("far", READY));
        BallastProcess ballast = cluster.ballast("--cluster-cidr=10.244.0.0/15");
        awaitHealth(503);
        new Reach()
                .both(outside, VIP, 80, Dial.SILENCE)
                .both(cluster.node(), cluster.node().ipv4(), NODE_PORT, "far")
                .both(cluster.machine("client"), VIP, 80, "far")
                .verify(ballast::log);

        serve(local, cluster.endpoint("far", READY), cluster.endpoint("web1", READY));
        awaitHealth(200);
        assertThat(cluster.answers("outside", cluster.node().ipv4(), NODE_PORT, 6))
                .containsExactly("web1");
        new Reach().both(outside, VIP, 80, "web1").verify(ballast::log);

        serve(local, cluster.endpoint("far", READY), cluster.endpoint("web1", TERMINATING));
        awaitHealth(503);
        assertThat(cluster.answers("outside", cluster.node().ipv4(), NODE_PORT, 6))
                .containsExactly("web1");

        serve("externalTrafficPolicy=Cluster", cluster.endpoint("far", READY), cluster.endpoint("web1", READY));
        awaitHealth(0);
        cluster.awaitAnswers("all answer", "outside", cluster.node().ipv4(), NODE_PORT, "far", "web1");

        serve(local, cluster.endpoint("far", READY), cluster.endpoint("web1", READY));
        awaitHealth(200);
        cluster.awaitAnswers("the local one answers", "outside", cluster.node().ipv4(), NODE_PORT, "web1");
    }

    @Test
    void fallsBackToTerminatingEndpointsOfEachPolicy() throws Exception {
        serve(
                "internalTrafficPolicy=Cluster",
                cluster.endpoint("web1", TERMINATING),
                cluster.endpoint("far", TERMINATING));
        BallastProcess ballast = cluster.ballast("--cluster-cidr=10.244.0.0/15");
        cluster.awaitAnswers("policy Cluster", "client", IP, 80, "web1", "far");
        cluster.awaitAnswers("policy Cluster", "outside", cluster.node().ipv4(), NODE_PORT, "web1", "far");

        serve(
                "internalTrafficPolicy=Local externalTrafficPolicy=Local healthCheckNodePort=" + HEALTH_PORT,
                cluster.endpoint("web1", TERMINATING),
                cluster.endpoint("far", READY));
        cluster.awaitAnswers("policy Local", "client", IP, 80, "web1");
        cluster.awaitAnswers("policy Local", "outside", cluster.node().ipv4(), NODE_PORT, "web1");

        serve("internalTrafficPolicy=Cluster", cluster.endpoint("web1", TERMINATING), cluster.endpoint("far", READY));
        cluster.awaitAnswers("a ready one is preferred", "client", IP, 80, "far");
        assertThat(ballast.log()).doesNotContain(" ERROR ");
    }

    @Test
    void servesEndpointsInTheNodesOwnNetworkAndKeepsInternalTrafficLocal() throws Exception {
        Machine node = cluster.node();
        cluster.serve(node, "host", Cluster.TARGET_PORT);
        serve("internalTrafficPolicy=Local", Manifest.endpoint(node), cluster.endpoint("far", READY));
        BallastProcess ballast = cluster.ballast("--cluster-cidr=10.244.0.0/15");
        Machine client = cluster.machine("client");

        new Reach()
                .both(client, IP, 80, "host")
                .both(node, IP, 80, "host")
                .both(cluster.machine("outside"), node.ipv4(), NODE_PORT, "host")
                .verify(ballast::log);
        assertThat(cluster.answers("client", IP, 80, 6)).containsExactly("host");

        serve("internalTrafficPolicy=Local", cluster.endpoint("far", READY));
        new Reach().both(client, node.ipv4(), NODE_PORT, "far").verify(ballast::log);
        Await.until(
                "internal traffic stays here", () -> Dial.tcp(client, IP, 80).equals(Dial.SILENCE));
        new Reach()
                .both(client, IP, 80, Dial.SILENCE)
                .both(node, IP, 80, Dial.SILENCE)
                .verify(ballast::log);
    }

    @Test
    void answersTheUrlsOfKubeProxy() throws Exception {
        cluster.ballast();

        for (String path : List.of("/healthz", "/livez")) {
            assertThat(Http.answer(cluster.node(), "http://127.0.0.1:10256" + path))
                    .startsWith("200 OK\n")
                    .contains("lastUpdated");
        }
        assertThat(Http.answer(cluster.node(), "http://127.0.0.1:10249/proxyMode"))
                .isEqualTo("200 OK\nuserspace");
        assertThat(Http.answer(cluster.node(), "http://127.0.0.1:10249/healthz"))
                .startsWith("200 OK\nok");
    }
}
