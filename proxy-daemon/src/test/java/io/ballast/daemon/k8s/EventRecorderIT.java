package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.testing.ManualClock;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.LogCapture;
import io.ballast.daemon.testing.Recorded;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventRecorderIT {
    private static final NamespacedName WEB = new NamespacedName("shop", "web");

    private final TestApiServer server = new TestApiServer().start();
    private final ManualClock clock = new ManualClock();
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final ApiConnection api = connect();
    private final EventRecorder recorder = new EventRecorder(
            "worker-1",
            service -> service.equals(WEB) ? "uid-web" : "",
            new EventWriter(api, "worker-1", pauses::add, new TokenBucket(clock, 5, 10)),
            clock);

    private ApiConnection connect() {
        try {
            return new KubernetesClientFactory(Map.of(), Path.of("/nonexistent"))
                    .connect(new ClientSettings("", server.url(), 5, 10, ""), (method, host, code, took) -> {});
        } catch (ClientConfigException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() {
        recorder.start();
    }

    @AfterEach
    void stop() {
        recorder.close();
        api.close();
        server.close();
    }

    private List<ObjectNode> awaitEvents(int count) {
        Await.until(count + " events", () -> server.events().all().size() == count);
        return server.events().all();
    }

    @Test
    void writesStartingAsUpstreamDoes() {
        recorder.starting();

        ObjectNode event = awaitEvents(1).get(0);
        assertThat(event.path("metadata").path("name").asText()).startsWith("worker-1.");
        event.withObject("/metadata").remove("name");
        assertThat(event).isEqualTo(Recorded.parse("""
                                {'apiVersion':'events.k8s.io/v1','kind':'Event','metadata':{'namespace':'default'},
                                 'eventTime':'2026-01-01T00:00:00.000000Z','reportingController':'kube-proxy',
                                 'reportingInstance':'kube-proxy-worker-1','action':'StartKubeProxy',
                                 'reason':'Starting','note':'','type':'Normal',
                                 'regarding':{'kind':'Node','name':'worker-1','uid':'worker-1'}}"""));
    }

    @Test
    void writesAWarningOnTheService() {
        recorder.warn(WEB, "InvalidService", "spec.ports[0].port is \"http\"");

        ObjectNode event = awaitEvents(1).get(0);
        event.withObject("/metadata").remove("name");
        assertThat(event).isEqualTo(Recorded.parse("""
                                {'apiVersion':'events.k8s.io/v1','kind':'Event','metadata':{'namespace':'shop'},
                                 'eventTime':'2026-01-01T00:00:00.000000Z','reportingController':'ballast',
                                 'reportingInstance':'ballast-worker-1','action':'ReadObject',
                                 'reason':'InvalidService','note':'spec.ports[0].port is \\'http\\'','type':'Warning',
                                 'regarding':{'kind':'Service','apiVersion':'v1','namespace':'shop','name':'web',
                                              'uid':'uid-web'}}"""));
    }

    @Test
    void usesUpstreamsWordsForAHealthCheckThatCannotListen() {
        recorder.warn(new NamespacedName("shop", "new"), "FailedToStartServiceHealthcheck", "port 32000 is taken");

        ObjectNode event = awaitEvents(1).get(0);
        assertThat(event.path("action").asText()).isEqualTo("Listen");
        assertThat(event.path("reportingController").asText()).isEqualTo("kube-proxy");
        assertThat(event.path("regarding").path("uid").asText()).isEqualTo("shop/new");
    }

    @Test
    void makesRepetitionsASeries() {
        for (int i = 0; i < 500; i++) {
            recorder.warn(WEB, "FrontendFailed", "port 80 is taken");
        }
        recorder.warn(WEB, "Other", "is written when all before are counted");
        assertThat(awaitEvents(2))
                .anyMatch(event -> event.path("series").path("count").asInt() == 2);

        clock.advance(Duration.ofMinutes(7));
        recorder.warn(WEB, "Other", "wakes the recorder");
        Await.until("final count", () -> server.events().all().stream()
                .anyMatch(one -> one.path("series").path("count").asInt() == 500));
        assertThat(recorder.dropped()).isZero();
    }

    @Test
    void writesASeriesAnewWhoseEventIsGone() {
        recorder.warn(WEB, "FrontendFailed", "port 80 is taken");
        awaitEvents(1);
        server.events().forget();

        recorder.warn(WEB, "FrontendFailed", "port 80 is taken");

        assertThat(awaitEvents(1).get(0).path("series").path("count").asInt()).isEqualTo(2);
    }

    @Test
    void triesAgainEveryTenSeconds() {
        for (int i = 0; i < 3; i++) {
            server.failNext(request -> request.method().equals("POST"), new TestFault.Status(503, "Unavailable"));
        }
        recorder.warn(WEB, "FrontendFailed", "port 80 is taken");

        awaitEvents(1);
        assertThat(pauses).filteredOn(Duration.ofSeconds(10)::equals).hasSize(3);
    }

    @Test
    void givesUpAfterTwelveTries() {
        server.stop();
        recorder.warn(WEB, "FrontendFailed", "port 80 is taken");

        Await.until("given up", () -> recorder.dropped() == 1);
        assertThat(pauses).filteredOn(Duration.ofSeconds(10)::equals).hasSize(11);
    }

    @Test
    void tellsOnceThatEventsAreRefused() {
        try (LogCapture log = new LogCapture(EventWriter.class)) {
            server.requireToken("other");
            recorder.warn(WEB, "FrontendFailed", "a");
            recorder.warn(WEB, "FrontendFailed", "b");
            Await.until("both given up", () -> recorder.dropped() == 2);

            assertThat(log.lines()).singleElement().asString().contains("system:node-proxier");
        }
    }

    @Test
    void neverBlocksItsCallerAndCountsWhatItDrops() {
        CountDownLatch hold = new CountDownLatch(1);
        server.failNext(request -> request.method().equals("POST"), new TestFault.Delayed(hold));
        for (int i = 0; i < 5000; i++) {
            recorder.warn(WEB, "FrontendFailed", "note " + i);
        }

        assertThat(recorder.dropped()).isBetween(3900L, 4001L);
        hold.countDown();
    }

    @Test
    void writesNoFasterThanAllowed() {
        for (int i = 0; i < 30; i++) {
            recorder.warn(WEB, "FrontendFailed", "note " + i);
        }
        awaitEvents(30);

        // The clock stands still: after a burst of 10 each waits a fifth of a second longer than the one before.
        assertThat(pauses).filteredOn(Duration::isZero).hasSize(10);
        assertThat(pauses).last().isEqualTo(Duration.ofSeconds(4));
    }
}
