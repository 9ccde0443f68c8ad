package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.node;
import static io.ballast.daemon.testing.ApiObjects.service;
import static io.ballast.daemon.testing.ApiObjects.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the source asks of an API server at first, and what it makes of the lists. */
class KubernetesListsIT {
    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final SourceFixture fixture = followed.fixture();

    @Test
    void asksWithTheSelectorsOfKubeProxy() {
        fixture.start().connected();

        assertThat(server.requests())
                .filteredOn(request -> request.isFor("services"))
                .allSatisfy(request -> assertThat(request.query())
                        .containsEntry("labelSelector", "!service.kubernetes.io/service-proxy-name")
                        .containsEntry("fieldSelector", "spec.clusterIP!=None"));
        assertThat(server.requests())
                .filteredOn(request -> request.isFor("endpointslices"))
                .allSatisfy(request ->
                        assertThat(request.query()).containsEntry("labelSelector", "!service.kubernetes.io/headless"));
        assertThat(server.requests())
                .filteredOn(request -> request.isFor("nodes"))
                .allSatisfy(request ->
                        assertThat(request.query()).containsEntry("fieldSelector", "metadata.name=worker-1"));
        assertThat(server.requests())
                .filteredOn(TestRequest::isWatch)
                .hasSize(3)
                .allSatisfy(request -> assertThat(request.query())
                        .containsEntry("allowWatchBookmarks", "true")
                        .hasEntrySatisfying("timeoutSeconds", seconds -> assertThat(Integer.parseInt(seconds))
                                .isBetween(300, 600)));
    }

    @Test
    void tellsWhenTheFirstListsWereDelivered() {
        server.put(service("web", "10.96.0.5"));
        server.put(slice("web-1", "web", "10.244.0.5"));
        server.put(node("worker-1"));

        fixture.start().connected();

        assertThat(fixture.sink.calls())
                .containsSubsequence("upsert Node worker-1", "node synced")
                .containsSubsequence("upsert Service shop/web", "services synced")
                .containsSubsequence("upsert EndpointSlice shop/web-1", "endpointslices synced");
    }

    @Test
    void readsPagesWhereTheServerSendsThem() {
        server.pageAllLists();
        for (int i = 0; i < 1201; i++) {
            server.put(service("web-" + i, "10.96.1.1"));
        }

        fixture.start().connected();

        assertThat(fixture.sink.services()).hasSize(1201);
        assertThat(server.count(TestRequest::isServiceList)).isEqualTo(3);
        assertThat(fixture.services().objects()).isEqualTo(1201);
    }

    @Test
    void readsCompressedLists() {
        for (int i = 0; i < 2000; i++) {
            server.put(service("web-" + i, "10.96.1.1"));
        }

        fixture.start().connected();

        assertThat(fixture.sink.services()).hasSize(2000);
        assertThat(server.requests())
                .filteredOn(TestRequest::isList)
                .allSatisfy(request -> assertThat(request.headers()).containsEntry("accept-encoding", "gzip"));
    }

    @Test
    void countsRequests() {
        fixture.start().connected();

        assertThat(fixture.requests).hasSize(6).containsOnly("GET 200");
    }
}
