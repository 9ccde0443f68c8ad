package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.node;
import static io.ballast.daemon.testing.ApiObjects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.source.SourceStatus;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong between an API server and the source, over real sockets. */
class KubernetesFaultIT {

    private final TestApiServer server = new TestApiServer().start();
    private final SourceFixture fixture = new SourceFixture(server.url());

    @AfterEach
    void stop() {
        fixture.close();
        server.close();
    }

    private void awaitWatches() {
        Await.until("three watches are open", () -> server.openWatches() == 3);
    }

    @Test
    void resumesFromTheLastEventWhenAWatchIsCut() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();
        server.put(service("b", "10.96.0.2"));
        Await.until("b", () -> fixture.sink.services().containsKey(name("b")));
        long seen = server.version();

        server.cutWatches();
        server.put(service("c", "10.96.0.3"));
        Await.until("c", () -> fixture.sink.services().containsKey(name("c")));

        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
        assertThat(server.requests())
                .filteredOn(TestRequest::isServiceWatch)
                .last()
                .satisfies(
                        request -> assertThat(request.query()).containsEntry("resourceVersion", String.valueOf(seen)));
        assertThat(fixture.sink.calls())
                .filteredOn("upsert Service shop/b"::equals)
                .hasSize(1);
    }

    @Test
    void resumesFromABookmark() {
        fixture.start().connected();
        awaitWatches();
        server.put(node("worker-2"));
        server.bookmark();
        String marked = String.valueOf(server.version());
        Await.until("bookmark seen", () -> fixture.services().resourceVersion().equals(marked));

        server.endWatches();
        Await.until("watched again", () -> server.count(TestRequest::isServiceWatch) > 1);

        assertThat(server.requests())
                .filteredOn(TestRequest::isServiceWatch)
                .last()
                .satisfies(request -> assertThat(request.query()).containsEntry("resourceVersion", marked));
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
    }

    @Test
    void listsAgainAfter410AndFindsWhatWasDeletedMeanwhile() {
        server.put(service("a", "10.96.0.1"));
        server.put(service("b", "10.96.0.2"));
        fixture.start().connected();
        awaitWatches();

        server.stop();
        server.delete("Service", "shop/a");
        server.put(service("c", "10.96.0.3"));
        server.compact();
        server.start();
        Await.until("c in, a out", () -> fixture.sink.services().keySet().equals(Set.of(name("b"), name("c"))));

        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(2);
        assertThat(server.requests())
                .filteredOn(TestRequest::isServiceList)
                .last()
                .satisfies(request -> assertThat(request.query()).doesNotContainKey("resourceVersion"));
        assertThat(fixture.sink.calls())
                .filteredOn("upsert Service shop/b"::equals)
                .hasSize(1);
        assertThat(fixture.sink.calls()).filteredOn("services synced"::equals).hasSize(1);
    }

    @Test
    void listsAgainWhenAnOpenWatchExpires() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();
        awaitWatches();

        server.expireWatches();

        Await.until("listed again", () -> server.count(TestRequest::isServiceList) == 2);
        awaitWatches();
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
    }

    @Test
    void listsAgainWhenTheServerWentBackInTime() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();
        awaitWatches();
        server.put(service("b", "10.96.0.2"));
        Await.until("b", () -> fixture.sink.services().containsKey(name("b")));

        server.rewind(50);
        server.delete("Service", "shop/b");
        server.bookmark();

        Await.until("b gone", () -> fixture.sink.services().keySet().equals(Set.of(name("a"))));
        server.put(service("c", "10.96.0.3"));
        Await.until("c", () -> fixture.sink.services().containsKey(name("c")));
    }

    @Test
    void waitsAndTriesAgainAfterServerErrors() {
        server.put(service("a", "10.96.0.1"));
        for (int i = 0; i < 4; i++) {
            server.failNext(TestRequest::isServiceList, new TestFault.Status(500, "InternalError"));
        }
        server.failNext(TestRequest::isServiceWatch, new TestFault.Status(503, "ServiceUnavailable"));
        server.failNext(TestRequest::isServiceWatch, new TestFault.Hangup());

        fixture.start().connected();

        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(5);
        assertThat(server.count(TestRequest::isServiceWatch)).isEqualTo(3);
        // The HTTP client tries a pooled connection that was closed once more by itself.
        assertThat(fixture.pauses).hasSizeBetween(5, 6);
        assertThat(fixture.services().failures()).isBetween(5L, 6L);
    }

    @Test
    void waitsNoLongerThanItsOwnLimitHoweverLongAServerAsksFor() {
        server.put(service("a", "10.96.0.1"));
        server.failNext(TestRequest::isServiceList, new TestFault.Busy(503, 9999));
        server.failNext(TestRequest::isServiceList, new TestFault.Busy(429, 0));

        fixture.start().connected();

        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
        assertThat(fixture.pauses).anyMatch(pause -> pause.toMillis() >= 600).allMatch(pause -> pause.toMillis() < 900);
    }

    @Test
    void appliesWhatAListHeldBeforeItBrokeButDeletesNothing() {
        server.put(service("a", "10.96.0.1"));
        server.put(service("b", "10.96.0.2"));
        fixture.start().connected();
        awaitWatches();
        server.failNext(TestRequest::isServiceList, new TestFault.Truncated(300));
        server.failNext(TestRequest::isServiceList, new TestFault.Hangup());

        server.expireWatches();
        Await.until("list succeeded in the end", () -> server.count(TestRequest::isServiceList) == 4);
        awaitWatches();

        assertThat(fixture.sink.calls()).noneMatch(call -> call.startsWith("delete"));
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"), name("b"));
    }

    @Test
    void startsOverWhenAPageHasExpired() {
        server.pageAllLists();
        for (int i = 0; i < 700; i++) {
            server.put(service("web-" + i, "10.96.1.1"));
        }
        server.failNext(
                request -> request.isServiceList() && request.query().containsKey("continue"),
                new TestFault.Status(410, "Expired"));

        fixture.start().connected();

        assertThat(fixture.sink.services()).hasSize(700);
        assertThat(server.requests())
                .filteredOn(TestRequest::isServiceList)
                .last()
                .satisfies(request -> assertThat(request.query()).containsEntry("limit", "0"));
    }

    @Test
    void waitsForASlowList() {
        CountDownLatch slow = new CountDownLatch(1);
        server.put(service("a", "10.96.0.1"));
        server.failNext(TestRequest::isServiceList, new TestFault.Delayed(slow));
        fixture.start();
        Await.until("slices are there before", () -> fixture.sink.calls().contains("endpointslices synced"));
        assertThat(fixture.source.status().synced()).isFalse();
        assertThat(fixture.sink.calls()).doesNotContain("services synced");

        slow.countDown();

        fixture.connected();
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
    }

    @Test
    void waitsForAnApiThatIsDownAtStart() {
        server.put(service("a", "10.96.0.1"));
        server.stop();
        fixture.start();
        Await.until("failures are counted", () -> fixture.services().failures() >= 3);
        SourceStatus waiting = fixture.source.status();
        assertThat(waiting.synced()).isFalse();
        assertThat(waiting.connected()).isFalse();
        assertThat(waiting.lastError()).isNotEmpty();
        assertThat(waiting.lastErrorAt()).isNotNull();

        server.start();

        fixture.connected();
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
        assertThat(fixture.source.status().connectedSince()).isNotNull();
    }

    @Test
    void keepsTheLastTableWhileTheApiIsAway() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();

        server.stop();
        Await.until("loss is noticed", () -> fixture.services().failures() >= 4);

        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
        assertThat(fixture.sink.calls()).noneMatch(call -> call.startsWith("delete"));
        assertThat(fixture.source.status().connected()).isFalse();
        assertThat(fixture.source.status().synced()).isTrue();
        server.start();
        fixture.connected();
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
    }

    @Test
    void neverStormsAServerThatDropsEveryWatch() {
        fixture.start().connected();
        awaitWatches();
        for (int i = 0; i < 300; i++) {
            server.failNext(TestRequest::isServiceWatch, new TestFault.Hangup());
        }
        server.cutWatches();
        Await.until(
                "the longest pauses are reached",
                () -> fixture.pauses.stream()
                                .filter(pause -> pause.toMillis() >= 50)
                                .count()
                        >= 3);

        // Pauses of 8, 16 and 32 ms come before; a closed pooled connection is tried once more.
        assertThat(server.count(TestRequest::isServiceWatch)).isLessThanOrEqualTo(25);
    }

    /** As load balancers and gateways answer for a server that is away. */
    @Test
    void takesNoOtherObjectForAnEmptyList() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();
        awaitWatches();
        for (String answer : List.of("{}", "{\"kind\":\"Status\",\"code\":503}", "{\"metadata\":{}}")) {
            server.failNext(TestRequest::isServiceList, new TestFault.Nonsense(answer));
        }

        server.expireWatches();
        Await.until("listed in the end", () -> server.count(TestRequest::isServiceList) == 5);
        awaitWatches();

        assertThat(fixture.sink.calls()).noneMatch(call -> call.startsWith("delete"));
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
    }

    /** One outage is not made longer by the one before, as it is with client-go for two minutes. */
    @Test
    void waitsBrieflyAfterAWatchThatWentWell() {
        try (SourceFixture easy = new SourceFixture(server.url(), "", Duration.ofSeconds(30), Duration.ZERO)) {
            for (int i = 0; i < 8; i++) {
                server.failNext(TestRequest::isServiceWatch, new TestFault.Status(500, "InternalError"));
            }
            easy.start().connected();
            awaitWatches();
            int before = easy.pauses.size();

            server.cutWatches();
            server.put(service("a", "10.96.0.1"));
            Await.until("a", () -> easy.sink.services().containsKey(name("a")));

            assertThat(easy.pauses.subList(before, easy.pauses.size())).allMatch(pause -> pause.toMillis() < 100);
        }
    }

    @Test
    void asksOftenWhereNobodyListens() {
        fixture.start().connected();
        awaitWatches();

        server.stop();
        Await.until("many attempts were refused", () -> fixture.services().failures() >= 12);

        assertThat(fixture.pauses).allMatch(pause -> pause.toMillis() < 100);
    }

    @Test
    void pausesAfterEveryWatchThatEndedTooSoon() {
        Duration anyTime = Duration.ofHours(1);
        try (SourceFixture strict = new SourceFixture(server.url(), "", anyTime, anyTime)) {
            strict.start().connected();
            for (int i = 0; i < 5; i++) {
                awaitWatches();
                server.endWatches();
            }
            awaitWatches();

            assertThat(strict.pauses).hasSize(15);
            assertThat(server.count(TestRequest::isServiceWatch)).isEqualTo(6);
        }
    }

    @Test
    void opensASilentWatchAnewOnceBookmarksWereSeen() {
        try (SourceFixture patient = new SourceFixture(server.url(), "", Duration.ofMillis(200), Duration.ZERO)) {
            patient.start().connected();
            awaitWatches();
            server.bookmark();

            Await.until("watched anew", () -> server.count(TestRequest::isServiceWatch) >= 2);
            server.put(service("a", "10.96.0.1"));
            Await.until("a", () -> patient.sink.services().containsKey(name("a")));
            assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
        }
    }

    @Test
    void ignoresEventsOfUnknownTypeAndSurvivesGarbage() {
        fixture.start().connected();
        awaitWatches();

        server.garble("{\"type\":\"COMPACTED\",\"object\":{}}\n");
        server.garble("{\"type\":");
        server.cutWatches();
        server.put(service("a", "10.96.0.1"));
        Await.until("a", () -> fixture.sink.services().containsKey(name("a")));
        awaitWatches();
        server.garble("this is no JSON\n");
        server.put(service("b", "10.96.0.2"));

        Await.until("b", () -> fixture.sink.services().containsKey(name("b")));
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
    }

    @Test
    void ignoresDuplicateAndStaleEvents() {
        fixture.start().connected();
        awaitWatches();
        server.put(service("a", "10.96.0.1"));
        Await.until("a", () -> fixture.sink.services().containsKey(name("a")));
        String stale = "{\"type\":\"%s\",\"object\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"shop\","
                + "\"resourceVersion\":\"%d\"},\"spec\":{\"clusterIP\":\"10.96.0.99\"}}}\n";

        server.garble(stale.formatted("MODIFIED", server.version()));
        server.garble(stale.formatted("MODIFIED", server.version() - 1));
        server.garble(stale.formatted("DELETED", server.version() - 1));
        server.put(service("b", "10.96.0.2"));
        Await.until("b", () -> fixture.sink.services().containsKey(name("b")));

        assertThat(fixture.sink.service("a").clusterIp()).isEqualTo("10.96.0.1");
        assertThat(fixture.sink.calls())
                .filteredOn("upsert Service shop/a"::equals)
                .hasSize(1);
    }

    @Test
    void usesFewConnections() {
        fixture.start().connected();
        for (int i = 0; i < 100; i++) {
            server.put(service("web-" + i, "10.96.0.1"));
        }
        Await.until("all there", () -> fixture.sink.services().size() == 100);

        assertThat(server.connections()).isLessThanOrEqualTo(6);
    }
}
