package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Everything that can be wrong is told in one message that names object, field and remedy, once and not in a loop, with
 * an Event where a Service is to blame; a good Service beside it keeps answering.
 */
@RequiresRoot
class BadInputIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String BIND = "--intercept=bind";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("good");

    private final Machine node = cluster.node();
    private final Machine pod = cluster.machine("good");

    @BeforeEach
    void goodService() throws Exception {
        cluster.serve("good");
    }

    /** An API server on the node, with the good Service. */
    private TestApiServer apiServer() throws Exception {
        TestApiServer server = cluster.keep(new TestApiServer());
        node.run(server::start);
        server.put(ApiObjects.node("node1", node.ipv4()));
        server.put(ApiObjects.service("good", CLUSTER_IP));
        server.put(ApiObjects.slice("good-1", "good", pod.ipv4()));
        return server;
    }

    private void assertGoodServiceAnswers(BallastProcess ballast) throws Exception {
        assertThat(Dial.tcp(node, CLUSTER_IP, 80)).as(ballast.log()).startsWith("good");
    }

    private ServerSocket takePort(int port) throws Exception {
        ServerSocket socket = cluster.keep(node.run(ServerSocket::new));
        return node.run(() -> {
            socket.bind(new InetSocketAddress("0.0.0.0", port));
            return socket;
        });
    }

    /** Has a frontend fail that can be served later, which tells that what failed was tried again. */
    private void awaitRetry(BallastProcess ballast, String address, int port, Action creation) throws Exception {
        ServerSocket holder = takePort(port);
        creation.run();
        Await.until("failure on " + port, () -> ballast.logged(address + ":" + port + "/tcp is not served") > 0);
        holder.close();
        Await.until("served on " + port, () -> Dial.tcp(node, address, port).startsWith("good"));
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    /** The name is trimmed and in lower case, as with kube-proxy, and keeps its domain. */
    @Test
    void tellsOnceThatThereIsNoNodeOfTheNameItGoesBy() throws Exception {
        String missing = "There is no Node of this name";
        TestApiServer server = apiServer();
        BallastProcess ballast = cluster.keep(BallastProcess.launch(
                        node, List.of("--master=" + server.url(), BIND, "--hostname-override= Worker-1.Example ")))
                .ready();
        assertThat(ballast.log()).contains(missing, "worker-1.example");
        assertThat(healthz()).isEqualTo(503);
        assertGoodServiceAnswers(ballast);

        server.put(ApiObjects.node("worker-1.example", node.ipv4()));
        Await.until("the Node is known", () -> healthz() == 200);
        server.delete("Node", "worker-1.example");
        Await.until("its end is told", () -> ballast.logged("Node object was deleted") == 1);
        assertThat(ballast.logged(missing)).as(ballast.log()).isEqualTo(1);
    }

    private int healthz() throws Exception {
        return Http.status(node, "http://127.0.0.1:10256/healthz");
    }

    @Test
    void tellsOfEachBadObjectOnceInTheLogAndAsAnEvent() throws Exception {
        TestApiServer server = apiServer();
        takePort(Mistake.TAKEN_PORT);
        BallastProcess ballast = cluster.follow(server, BIND).ready();
        for (Mistake mistake : Mistake.ALL) {
            mistake.bad().forEach(server::put);
            Await.until("log of " + mistake, () -> ballast.logged(mistake.message()) > 0);
        }

        for (int again = 0; again < 3; again++) {
            Mistake.ALL.forEach(mistake -> mistake.bad().forEach(server::put));
            String name = "again-" + again;
            String address = "10.96.2.1" + again;
            int port = 9100 + again;
            awaitRetry(ballast, address, port, () -> {
                server.put(Mistake.service(name, address, "'ports':[{'name':'http','port':" + port + "}]"));
                server.put(ApiObjects.slice(name + "-1", name, pod.ipv4()));
            });
        }

        for (Mistake mistake : Mistake.ALL) {
            assertThat(ballast.logged(mistake.message()))
                    .as(mistake + "\n" + ballast.log())
                    .isEqualTo(1);
            assertThat(eventsAbout(server, mistake.service())).singleElement().satisfies(event -> {
                assertThat(event.path("reason").asText()).isEqualTo(mistake.reason());
                assertThat(event.path("note").asText()).contains(mistake.message());
                assertThat(event.has("series")).isFalse();
                assertThat(event.at("/regarding/kind").asText()).isEqualTo("Service");
            });
        }
        assertThat(eventsAbout(server, "good")).isEmpty();
        assertThat(eventsAbout(server, "node1"))
                .singleElement()
                .satisfies(event -> assertThat(event.path("reason").asText()).isEqualTo("Starting"));
        assertThat(ballast.logged("ERROR")).as(ballast.log()).isZero();
        assertGoodServiceAnswers(ballast);
    }

    private static List<ObjectNode> eventsAbout(TestApiServer server, String name) {
        return server.events().all().stream()
                .filter(event -> event.at("/regarding/name").asText().equals(name))
                .toList();
    }

    @Test
    void servesClusterIpsOfANodeWhoseAddressNoInterfaceHas() throws Exception {
        TestApiServer server = apiServer();
        server.put(ApiObjects.node("node1"));

        assertGoodServiceAnswers(cluster.follow(server, BIND).ready());
    }

    @Test
    void keepsServingWhenTheHealthzPortIsTakenAndOpensItLater() throws Exception {
        TestApiServer server = apiServer();
        ServerSocket holder = cluster.keep(node.run(() -> new ServerSocket(10256)));
        BallastProcess ballast = cluster.follow(server, BIND);

        Await.until("event on the Node", () -> eventsAbout(server, "node1").size() == 2);
        Await.until("good Service answers", () -> Dial.tcp(node, CLUSTER_IP, 80).startsWith("good"));
        assertThat(eventsAbout(server, "node1"))
                .filteredOn(event -> event.path("reason").asText().equals("FailedToStartProxierHealthcheck"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.path("type").asText()).isEqualTo("Warning");
                    assertThat(event.path("action").asText()).isEqualTo("StartKubeProxy");
                    assertThat(event.path("reportingController").asText()).isEqualTo("kube-proxy");
                    assertThat(event.path("note").asText())
                            .startsWith("failed to start proxy healthz on 0.0.0.0:10256: ");
                });
        holder.close();
        ballast.ready();
        assertThat(ballast.logged("failed to start proxy healthz")).isEqualTo(1);
    }

    @Test
    void waitsForAnApiThatCannotBeReachedAndSaysSoOnce() throws Exception {
        TestApiServer server = apiServer();
        server.stop();
        BallastProcess ballast = cluster.follow(server, BIND, "-v=2");

        Await.until("told", () -> ballast.logged("Waiting for the Kubernetes API") == 1);
        Await.until("tried again", () -> ballast.logged("Kubernetes API still fails") >= 4);
        assertThat(ballast.logged("Waiting for the Kubernetes API")).isEqualTo(1);
        assertThat(ballast.log()).contains("server=" + server.url(), "check that the API server runs", "--master");
        node.run(server::start);
        ballast.ready();
        assertGoodServiceAnswers(ballast);
    }

    @Test
    void namesTheFileThatCannotBeParsedOnce() throws Exception {
        cluster.delete("node");
        Manifest.service("good", CLUSTER_IP).port(80, 0).endpoints(pod).write(cluster.manifests());
        Path broken = Files.writeString(
                cluster.manifests().resolve("broken.yaml"), "kind: Service\n---\nkind: Service\nspec: [\n");
        BallastProcess ballast = cluster.ballast(BIND);
        String message = "broken.yaml:5 (document 2): not YAML";
        assertThat(ballast.logged(message)).as(ballast.log()).isEqualTo(1);

        Files.writeString(broken, Files.readString(broken));
        Manifest.service("later", "10.96.0.11").port(80, 0).endpoints(pod).write(cluster.manifests());
        Await.until("the directory was read again", () -> Dial.tcp(node, "10.96.0.11", 80)
                .startsWith("good"));

        assertThat(ballast.logged(message)).as(ballast.log()).isEqualTo(1);
        assertThat(ballast.log()).contains("remedy=\"check indentation");
        assertGoodServiceAnswers(ballast);
    }

    @Test
    @RequiresCommand("setpriv")
    void servesWhatNeedsNoRouteWithoutThePrivilegeForRoutes() throws Exception {
        Manifest.service("good", CLUSTER_IP).port(80, 30080).endpoints(pod).write(cluster.manifests());
        BallastProcess ballast = cluster.launch(
                        List.of("setpriv", "--inh-caps=-net_admin", "--bounding-set=-net_admin"), BIND)
                .ready();

        for (int again = 0; again < 3; again++) {
            int port = 30090 + again;
            Manifest service = Manifest.service("again-" + again, "10.96.2.1" + again)
                    .port(80, port)
                    .endpoints(pod);
            awaitRetry(ballast, node.ipv4(), port, () -> service.write(cluster.manifests()));
        }

        String message =
                CLUSTER_IP + ":80/tcp is not served: cannot make " + CLUSTER_IP + " local: needs CAP_NET_ADMIN";
        assertThat(ballast.logged(message)).as(ballast.log()).isEqualTo(1);
        assertThat(ballast.log()).contains("service=default/good");
        assertThat(Dial.tcp(node, node.ipv4(), 30080)).as(ballast.log()).startsWith("good");
    }
}
