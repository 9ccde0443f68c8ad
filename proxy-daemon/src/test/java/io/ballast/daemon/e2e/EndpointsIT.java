package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Services follow their endpoints and go with their objects: what upstream's tests of basic Services assert. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "ss"})
class EndpointsIT {
    private static final String IP = "10.96.0.10";
    private static final int NODE_PORT = 30080;
    private static final String READY = "ready: true";

    @RegisterExtension
    final Cluster cluster = Cluster.ofTwoNodes();

    @BeforeEach
    void startServers() throws Exception {
        cluster.serve("web1", "web2", "far");
    }

    private void serve(String... endpoints) throws Exception {
        Manifest web = Manifest.service("web", IP).port(80, NODE_PORT);
        (endpoints.length == 0 ? web : web.slice(Cluster.TARGET_PORT, endpoints)).write(cluster.manifests());
    }

    private Reach everywhere(String expected) {
        return new Reach()
                .both(cluster.machine("client"), IP, 80, expected)
                .both(cluster.machine("outside"), cluster.node().ipv4(), NODE_PORT, expected);
    }

    @Test
    void followsEndpointsThatComeAndGo() throws Exception {
        serve();
        BallastProcess ballast = cluster.ballast();
        everywhere(Dial.REFUSED).verify(ballast::log);

        serve(cluster.endpoint("web1", READY));
        everywhere("web1").verify(ballast::log);

        serve(cluster.endpoint("web1", READY), cluster.endpoint("web2", READY), cluster.endpoint("far", READY));
        cluster.awaitAnswers("all three answer", "client", IP, 80, "web1", "web2", "far");

        serve(cluster.endpoint("web2", READY));
        cluster.awaitAnswers("web2 is left", "client", IP, 80, "web2");
        assertThat(cluster.answers("client", IP, 80, 10)).containsExactly("web2");
        everywhere("web2").verify(ballast::log);

        serve();
        everywhere(Dial.REFUSED).verify(ballast::log);
    }

    @Test
    void reachesUnreadyAndTerminatingEndpointsOnlyWhereTheyCountAsReady() throws Exception {
        // What the controller writes with publishNotReadyAddresses, and without.
        serve(cluster.endpoint("web1", "ready: true, serving: false, terminating: true"));
        BallastProcess ballast = cluster.ballast();
        everywhere("web1").verify(ballast::log);

        serve(cluster.endpoint("web1", "ready: false, serving: false, terminating: true"));
        everywhere(Dial.REFUSED).verify(ballast::log);

        serve(cluster.endpoint("web1", "ready: true, serving: false, terminating: false"));
        everywhere("web1").verify(ballast::log);

        serve(cluster.endpoint("web1", "ready: false, serving: false, terminating: false"));
        everywhere(Dial.REFUSED).verify(ballast::log);
    }

    @Test
    void leadsEachPortToItsOwnTarget() throws Exception {
        cluster.serve(cluster.machine("web1"), "web1b", 9090);
        Files.writeString(cluster.manifests().resolve("multi.yaml"), """
                apiVersion: v1
                kind: Service
                metadata: {name: multi}
                spec:
                  clusterIP: 10.96.0.11
                  ports: [{name: a, port: 80, protocol: TCP}, {name: b, port: 81, protocol: TCP}]
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: multi-1, labels: {kubernetes.io/service-name: multi}}
                addressType: IPv4
                ports: [{name: a, port: 8080, protocol: TCP}, {name: b, port: 9090, protocol: TCP}]
                endpoints: [%s]
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: multi-2, labels: {kubernetes.io/service-name: multi}}
                addressType: IPv4
                ports: [{name: a, port: 8080, protocol: TCP}]
                endpoints: [%s]
                """.formatted(
                        cluster.endpoint("web1", READY), cluster.endpoint("far", READY)));
        cluster.ballast();

        cluster.awaitAnswers("port 80 has both slices' endpoints", "client", "10.96.0.11", 80, "web1", "far");
        cluster.awaitAnswers("port 81 has its own target", "client", "10.96.0.11", 81, "web1b");
    }

    @Test
    void aPodReachesItselfThroughItsServices() throws Exception {
        serve(cluster.endpoint("web1", READY));
        BallastProcess ballast = cluster.ballast("--cluster-cidr=10.244.0.0/15");

        new Reach()
                .both(cluster.machine("web1"), IP, 80, "web1")
                .both(cluster.machine("web1"), cluster.node().ipv4(), NODE_PORT, "web1")
                .verify(ballast::log);
    }

    @Test
    void aDeletedServiceStopsAnsweringAndLeavesNothingToOthers() throws Exception {
        serve(cluster.endpoint("web1", READY));
        Manifest.service("twin", "10.96.0.11")
                .port(80, NODE_PORT + 1)
                .slice(Cluster.TARGET_PORT, cluster.endpoint("web1", READY))
                .write(cluster.manifests());
        BallastProcess ballast = cluster.ballast();
        everywhere("web1").verify(ballast::log);
        OpenConnection open = cluster.keep(OpenConnection.open(cluster.machine("client"), IP, 80));

        cluster.delete("web");
        new Reach()
                .both(cluster.machine("outside"), cluster.node().ipv4(), NODE_PORT, Dial.REFUSED)
                .both(cluster.machine("client"), "10.96.0.11", 80, "web1")
                .both(cluster.machine("outside"), cluster.node().ipv4(), NODE_PORT + 1, "web1")
                .verify(ballast::log);
        assertThat(cluster.node().exec("ss", "-lntu")).doesNotContain(":" + NODE_PORT + " ");
        assertThat(Dial.tcp(cluster.machine("client"), IP, 80)).doesNotStartWith("web1");
        open.assertAlive("after its Service was deleted");

        serve(cluster.endpoint("far", READY));
        everywhere("far").verify(ballast::log);
    }

    @Test
    void noConnectionFailsInARollingUpdate() throws Exception {
        List<String> pods = List.of("web1", "web2", "far");
        serve(cluster.endpoint("far", READY), cluster.endpoint("web1", READY));
        BallastProcess ballast = cluster.ballast();
        everywhere("far").verify(ballast::log);

        CompletableFuture<Void> update = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 30; i++) {
                try {
                    serve(
                            cluster.endpoint(pods.get(i % 3), READY),
                            cluster.endpoint(pods.get((i + 1) % 3), "ready: false, serving: true, terminating: true"));
                    cluster.awaitAnswers("pod " + i + " took over", "client", IP, 80, pods.get(i % 3));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
        do {
            assertThat(pods)
                    .contains(cluster.answers("outside", cluster.node().ipv4(), NODE_PORT, 1)
                            .iterator()
                            .next());
        } while (!update.isDone());
        update.join();
    }
}
