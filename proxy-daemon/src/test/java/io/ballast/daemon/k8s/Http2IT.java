package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.spi.Ticker;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.FreezableForwarder;
import io.ballast.daemon.testing.RecordingSink;
import io.ballast.daemon.testing.TestCertificates;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source over HTTP/2, which every real API server speaks over TLS. */
class Http2IT {
    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final RecordingSink sink = new RecordingSink();
    private final List<HttpServerResponse> serviceWatches = new CopyOnWriteArrayList<>();
    private final List<HttpVersion> versions = new CopyOnWriteArrayList<>();
    private final List<HttpConnection> watchConnections = new CopyOnWriteArrayList<>();
    private final AtomicInteger version = new AtomicInteger(900);
    private final AtomicInteger questions = new AtomicInteger();
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Sent on watches, often enough for the short silence that is tolerated here. */
    private volatile boolean bookmarks = true;

    @AfterEach
    void stop() {
        stopped.countDown();
        vertx.close();
    }

    private HttpServer startServer() throws IOException {
        Files.writeString(
                directory.resolve("ca.crt"), TestCertificates.in(directory).caPem());
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PfxOptions()
                        .setPath(directory.resolve("keys.p12").toString())
                        .setPassword("changeit")
                        .setAlias("server"));
        return vertx.createHttpServer(options)
                .requestHandler(this::answer)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void answer(HttpServerRequest request) {
        versions.add(request.version());
        HttpServerResponse response = request.response().putHeader("Content-Type", "application/json");
        if (request.path().equals("/livez")) {
            questions.incrementAndGet();
            response.end("ok");
            return;
        }
        if (!"true".equals(request.getParam("watch"))) {
            response.end("{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"100\"},\"items\":[]}");
            return;
        }
        response.setChunked(true);
        watchConnections.add(request.connection());
        if (bookmarks) {
            response.write(bookmark());
            long timer = vertx.setPeriodic(100, unused -> response.write(bookmark()));
            response.closeHandler(unused -> vertx.cancelTimer(timer));
        } else {
            response.writeHead();
        }
        if (request.path().endsWith("/services")) {
            serviceWatches.add(response);
        }
    }

    private String bookmark() {
        return "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"" + version.get() + "\"}}}\n";
    }

    /** Sends an event through the newest watch. */
    private void added(String name) {
        int next = version.incrementAndGet();
        ObjectNode service = ApiObjects.service(name, "10.96.0.5");
        service.withObject("/metadata").put("resourceVersion", String.valueOf(next));
        HttpServerResponse newest = serviceWatches.get(serviceWatches.size() - 1);
        newest.write("{\"type\":\"ADDED\",\"object\":" + service + "}\n");
    }

    private KubernetesSource source(int port, Duration bookmarkIdle, Liveness.Limits liveness)
            throws IOException, ClientConfigException {
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {token: t}}]
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority: ca.crt}}]
                """.formatted(port));
        ApiConnection api = new KubernetesClientFactory(Map.of(), Path.of("/nonexistent"))
                .connect(
                        new ClientSettings(kubeconfig.toString(), "", 5, 10, ""),
                        (method, host, code, took) -> {},
                        liveness);
        WatchTiming timing = new WatchTiming(
                Ticker.system(),
                RandomGenerator.getDefault(),
                pause -> stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS),
                Duration.ofMillis(8),
                Duration.ofMillis(300),
                Duration.ofSeconds(1),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofMinutes(5),
                bookmarkIdle,
                Duration.ZERO,
                Duration.ZERO);
        return new KubernetesSource(api, new Selectors("worker-1", ""), sink, problem -> {}, fatal -> {}, timing);
    }

    @Test
    void sharesOneConnectionAndLeavesItWhenItFallsSilent() throws Exception {
        try (FreezableForwarder forwarder = new FreezableForwarder(startServer().actualPort());
                KubernetesSource source = source(forwarder.port(), Duration.ofMillis(700), Liveness.Limits.STANDARD)) {
            source.start();
            Await.until("watch of Services", () -> serviceWatches.size() == 1);
            added("a");
            Await.until("a", () -> sink.services().containsKey(name("a")));
            Await.until("all watches", () -> watchConnections.size() >= 3);
            assertThat(versions).containsOnly(HttpVersion.HTTP_2);
            assertThat(Set.copyOf(watchConnections)).hasSize(1);
            // The first three requests begin at once, before any of them has found out that HTTP/2 is spoken.
            assertThat(forwarder.accepted()).isLessThanOrEqualTo(3);

            forwarder.freeze();

            Await.until("another watch of Services", () -> serviceWatches.size() >= 2);
            added("b");
            Await.until("b", () -> sink.services().containsKey(name("b")));
            assertThat(forwarder.accepted()).isLessThanOrEqualTo(6);
        }
    }

    /** A server may have nothing to say for as long as it likes, before its first bookmark, too. */
    @Test
    void asksASilentServerWhetherItIsThereAndLeavesItWhenItDoesNotAnswer() throws Exception {
        bookmarks = false;
        Liveness.Limits limits = new Liveness.Limits(Duration.ofMillis(100), Duration.ofSeconds(1));
        try (FreezableForwarder forwarder = new FreezableForwarder(startServer().actualPort());
                KubernetesSource source = source(forwarder.port(), Duration.ofMinutes(5), limits)) {
            source.start();
            Await.until("all watches", () -> watchConnections.size() == 3);
            Await.until("questions", () -> questions.get() >= 3);
            assertThat(watchConnections).as("watches while it answers").hasSize(3);
            assertThat(Set.copyOf(watchConnections)).hasSize(1);

            forwarder.freeze();

            Await.until("other watches", () -> watchConnections.size() >= 6);
            added("a");
            Await.until("a", () -> sink.services().containsKey(name("a")));
        }
    }
}
