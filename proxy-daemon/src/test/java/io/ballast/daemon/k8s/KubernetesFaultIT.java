package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.source.SourceStatus;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An API server that is away, or refuses and drops what is asked of it, over real sockets, and how soon it is asked again. */
class KubernetesFaultIT {
    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final SourceFixture fixture = followed.fixture();

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
        assertThat(fixture.pauses).anyMatch(pause -> pause.toMillis() >= 300).allMatch(pause -> pause.toMillis() < 450);
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
        server.awaitWatches();
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

    /** One outage is not made longer by the one before, as it is with client-go for two minutes. */
    @Test
    void waitsBrieflyAfterAWatchThatWentWell() {
        try (SourceFixture easy = new SourceFixture(server.url(), "", Duration.ofSeconds(30), Duration.ZERO)) {
            for (int i = 0; i < 8; i++) {
                server.failNext(TestRequest::isServiceWatch, new TestFault.Status(500, "InternalError"));
            }
            easy.start().connected();
            server.awaitWatches();
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
        server.awaitWatches();

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
                server.awaitWatches();
                server.endWatches();
            }
            server.awaitWatches();

            assertThat(strict.pauses).hasSize(15);
            assertThat(server.count(TestRequest::isServiceWatch)).isEqualTo(6);
        }
    }
}
