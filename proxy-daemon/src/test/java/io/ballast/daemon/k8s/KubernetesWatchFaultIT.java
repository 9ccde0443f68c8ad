package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.node;
import static io.ballast.daemon.testing.ApiObjects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong with the watches of a source, over real sockets. */
class KubernetesWatchFaultIT {
    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final SourceFixture fixture = followed.fixture();

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
        server.awaitWatches();
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
    void listsAgainWhenAnOpenWatchExpires() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();
        server.awaitWatches();

        server.expireWatches();

        Await.until("listed again", () -> server.count(TestRequest::isServiceList) == 2);
        server.awaitWatches();
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
    }

    @Test
    void opensASilentWatchAnewOnceBookmarksWereSeen() {
        try (SourceFixture patient = new SourceFixture(server.url(), "", Duration.ofMillis(200), Duration.ZERO)) {
            patient.start().connected();
            server.awaitWatches();
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
        server.awaitWatches();

        server.garble("{\"type\":\"COMPACTED\",\"object\":{}}\n");
        server.garble("{\"type\":");
        server.cutWatches();
        server.put(service("a", "10.96.0.1"));
        Await.until("a", () -> fixture.sink.services().containsKey(name("a")));
        server.awaitWatches();
        server.garble("this is no JSON\n");
        server.put(service("b", "10.96.0.2"));

        Await.until("b", () -> fixture.sink.services().containsKey(name("b")));
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(1);
    }

    @Test
    void ignoresDuplicateAndStaleEvents() {
        fixture.start().connected();
        server.awaitWatches();
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
