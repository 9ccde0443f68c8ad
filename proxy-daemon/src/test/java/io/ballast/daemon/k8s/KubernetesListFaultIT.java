package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong with the lists of a source, over real sockets, and nothing is deleted for it. */
class KubernetesListFaultIT {
    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final SourceFixture fixture = followed.fixture();

    @Test
    void listsAgainAfter410AndFindsWhatWasDeletedMeanwhile() {
        server.put(service("a", "10.96.0.1"));
        server.put(service("b", "10.96.0.2"));
        fixture.start().connected();
        server.awaitWatches();

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
    void listsAgainWhenTheServerWentBackInTime() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();
        server.awaitWatches();
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
    void appliesWhatAListHeldBeforeItBrokeButDeletesNothing() {
        server.put(service("a", "10.96.0.1"));
        server.put(service("b", "10.96.0.2"));
        fixture.start().connected();
        server.awaitWatches();
        server.failNext(TestRequest::isServiceList, new TestFault.Truncated(300));
        server.failNext(TestRequest::isServiceList, new TestFault.Hangup());

        server.expireWatches();
        Await.until("list succeeded in the end", () -> server.count(TestRequest::isServiceList) == 4);
        server.awaitWatches();

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

    /** As load balancers and gateways answer for a server that is away. */
    @Test
    void takesNoOtherObjectForAnEmptyList() {
        server.put(service("a", "10.96.0.1"));
        fixture.start().connected();
        server.awaitWatches();
        for (String answer : List.of("{}", "{\"kind\":\"Status\",\"code\":503}", "{\"metadata\":{}}")) {
            server.failNext(TestRequest::isServiceList, new TestFault.Nonsense(answer));
        }

        server.expireWatches();
        Await.until("listed in the end", () -> server.count(TestRequest::isServiceList) == 5);
        server.awaitWatches();

        assertThat(fixture.sink.calls()).noneMatch(call -> call.startsWith("delete"));
        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
    }
}
