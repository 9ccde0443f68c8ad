package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Recorded;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that can be wrong is told in one message that names object, field and remedy, once and not in a loop, with
 * an Event where a Service is to blame; a good Service beside it keeps answering.
 */
@RequiresRoot
class BadInputIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final int TAKEN_PORT = 8081;

    private final Topology topology =
            Topology.builder().node("node1").bridgedPod("pod").build();
    private final Machine node = topology.machine("node1");
    private final Machine pod = topology.machine("pod");
    private final List<AutoCloseable> resources = new ArrayList<>();

    @TempDir
    Path manifests;

    /**
     * One row of the table.
     *
     * @param bad the objects
     * @param service to blame
     * @param reason of the Event
     * @param message what it says, and the log too
     */
    private record Mistake(List<ObjectNode> bad, String service, String reason, String message) {}

    private static final List<Mistake> MISTAKES = List.of(
            new Mistake(
                    List.of(service("bad-port", "10.96.1.1", "'ports':[{'port':70000}]")),
                    "bad-port",
                    "InvalidService",
                    "spec.ports[0].port is 70000: write a number from 1 to 65535 without quotes."
                            + " The port is not served."),
            new Mistake(
                    List.of(ApiObjects.slice("bad-address-1", "bad-address", "10.244.0.300")),
                    "bad-address",
                    "InvalidEndpointSlice",
                    "endpoints[0].addresses[0] is \"10.244.0.300\": write an IPv4 address. The endpoint is left out."),
            new Mistake(
                    List.of(
                            service(
                                    "node-port-a",
                                    "10.96.1.2",
                                    "'type':'NodePort','ports':[{'port':80,'nodePort':30099}]"),
                            service(
                                    "node-port-b",
                                    "10.96.1.3",
                                    "'type':'NodePort','ports':[{'port':80,'nodePort':30099}]")),
                    "node-port-b",
                    "FrontendConflict",
                    "Port shop/node-port-b/tcp is not reachable at "),
            new Mistake(
                    List.of(
                            service("external-a", "10.96.1.4", "'externalIPs':['203.0.113.9'],'ports':[{'port':80}]"),
                            service("external-b", "10.96.1.5", "'externalIPs':['203.0.113.9'],'ports':[{'port':80}]")),
                    "external-b",
                    "FrontendConflict",
                    "Port shop/external-b/tcp is not reachable at 203.0.113.9:80/tcp (ExternalIP): shop/external-a/tcp has"
                            + " it. Change the address or port of one of them."),
            new Mistake(
                    List.of(annotated("unknown-scheduler", "10.96.1.6", "ballast.io/scheduler", "fastest")),
                    "unknown-scheduler",
                    "UnknownScheduler",
                    "Annotation ballast.io/scheduler: \"fastest\" is not a scheduler, such as rr"),
            new Mistake(
                    List.of(annotated("bad-annotation", "10.96.1.7", "ballast.io/idle-timeout", "soon")),
                    "bad-annotation",
                    "InvalidAnnotation",
                    "Annotation ballast.io/idle-timeout: \"soon\" is not a duration; want for example 30s"),
            new Mistake(
                    List.of(
                            service("taken", "10.96.1.8", "'ports':[{'name':'http','port':" + TAKEN_PORT + "}]"),
                            ApiObjects.slice("taken-1", "taken", "10.244.0.9")),
                    "taken",
                    "FrontendFailed",
                    "10.96.1.8:8081/tcp is not served: cannot listen on 10.96.1.8:8081/tcp: "));

    private static ObjectNode service(String name, String clusterIp, String spec) {
        return Recorded.parse(
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'" + name + "','namespace':'shop','uid':'uid-"
                        + name + "'},'spec':{'clusterIP':'" + clusterIp + "'," + spec + "}}");
    }

    private static ObjectNode annotated(String name, String clusterIp, String annotation, String value) {
        ObjectNode service = service(name, clusterIp, "'ports':[{'port':80}]");
        service.withObject("/metadata").putObject("annotations").put(annotation, value);
        return service;
    }

    @BeforeEach
    void goodService() throws Exception {
        keep(NamedServer.start(pod, "good", 8080));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = resources.size() - 1; i >= 0; i--) {
            resources.get(i).close();
        }
        topology.close();
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.add(resource);
        return resource;
    }

    /** An API server on the node, with the good Service. */
    private TestApiServer apiServer() throws Exception {
        TestApiServer server = keep(new TestApiServer());
        node.run(server::start);
        server.put(Recorded.parse("{'apiVersion':'v1','kind':'Node','metadata':{'name':'node1'},"
                + "'status':{'addresses':[{'type':'InternalIP','address':'" + node.ipv4() + "'}]}}"));
        server.put(ApiObjects.service("good", CLUSTER_IP));
        server.put(ApiObjects.slice("good-1", "good", pod.ipv4()));
        return server;
    }

    private BallastProcess follow(TestApiServer server, String... flags) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("--master=" + server.url(), "--hostname-override=node1", "--intercept=bind"));
        arguments.addAll(List.of(flags));
        return keep(BallastProcess.launch(node, arguments));
    }

    private void assertGoodServiceAnswers(BallastProcess ballast) throws Exception {
        assertThat(Dial.tcp(node, CLUSTER_IP, 80)).as(ballast.log()).startsWith("good");
    }

    private ServerSocket takePort(int port) throws Exception {
        ServerSocket socket = keep(node.run(ServerSocket::new));
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

    @Test
    void tellsOfEachBadObjectOnceInTheLogAndAsAnEvent() throws Exception {
        TestApiServer server = apiServer();
        takePort(TAKEN_PORT);
        BallastProcess ballast = follow(server).ready();
        for (Mistake mistake : MISTAKES) {
            mistake.bad().forEach(server::put);
            Await.until("log of " + mistake, () -> ballast.logged(mistake.message()) > 0);
        }

        for (int again = 0; again < 3; again++) {
            MISTAKES.forEach(mistake -> mistake.bad().forEach(server::put));
            String name = "again-" + again;
            String address = "10.96.2.1" + again;
            int port = 9100 + again;
            awaitRetry(ballast, address, port, () -> {
                server.put(service(name, address, "'ports':[{'name':'http','port':" + port + "}]"));
                server.put(ApiObjects.slice(name + "-1", name, pod.ipv4()));
            });
        }

        for (Mistake mistake : MISTAKES) {
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

        assertGoodServiceAnswers(follow(server).ready());
    }

    @Test
    void keepsServingWhenTheHealthzPortIsTakenAndOpensItLater() throws Exception {
        TestApiServer server = apiServer();
        ServerSocket holder = node.run(() -> new ServerSocket(10256));
        keep(holder);
        BallastProcess ballast = follow(server);

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
        BallastProcess ballast = follow(server, "-v=2");

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
        Manifest.service("good", CLUSTER_IP)
                .port(80, 0)
                .endpoints("node1", pod.ipv4())
                .write(manifests);
        Path broken =
                Files.writeString(manifests.resolve("broken.yaml"), "kind: Service\n---\nkind: Service\nspec: [\n");
        BallastProcess ballast = keep(BallastProcess.start(node, manifests, "--intercept=bind"));
        String message = "broken.yaml:5 (document 2): not YAML";
        assertThat(ballast.logged(message)).as(ballast.log()).isEqualTo(1);

        Files.writeString(broken, Files.readString(broken));
        Manifest.service("later", "10.96.0.11")
                .port(80, 0)
                .endpoints("node1", pod.ipv4())
                .write(manifests);
        Await.until("the directory was read again", () -> Dial.tcp(node, "10.96.0.11", 80)
                .startsWith("good"));

        assertThat(ballast.logged(message)).as(ballast.log()).isEqualTo(1);
        assertThat(ballast.log()).contains("remedy=\"check indentation");
        assertGoodServiceAnswers(ballast);
    }

    @Test
    @RequiresCommand("setpriv")
    void servesWhatNeedsNoRouteWithoutThePrivilegeForRoutes() throws Exception {
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
        Manifest.service("good", CLUSTER_IP)
                .port(80, 30080)
                .endpoints("node1", pod.ipv4())
                .write(manifests);
        BallastProcess ballast = keep(BallastProcess.launch(
                        List.of("setpriv", "--inh-caps=-net_admin", "--bounding-set=-net_admin"),
                        node,
                        List.of("--source-dir=" + manifests, "--hostname-override=node1", "--intercept=bind")))
                .ready();

        for (int again = 0; again < 3; again++) {
            int port = 30090 + again;
            Manifest service = Manifest.service("again-" + again, "10.96.2.1" + again)
                    .port(80, port)
                    .endpoints("node1", pod.ipv4());
            awaitRetry(ballast, node.ipv4(), port, () -> service.write(manifests));
        }

        String message =
                CLUSTER_IP + ":80/tcp is not served: cannot make " + CLUSTER_IP + " local: needs CAP_NET_ADMIN";
        assertThat(ballast.logged(message)).as(ballast.log()).isEqualTo(1);
        assertThat(ballast.log()).contains("service=default/good");
        assertThat(Dial.tcp(node, node.ipv4(), 30080)).as(ballast.log()).startsWith("good");
    }
}
