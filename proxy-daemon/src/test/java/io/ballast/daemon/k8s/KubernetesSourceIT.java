package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.labelled;
import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.node;
import static io.ballast.daemon.testing.ApiObjects.service;
import static io.ballast.daemon.testing.ApiObjects.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.Recorded;
import io.ballast.daemon.testing.TestApiServer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the source delivers of an ordinary server's objects, and what it leaves to others. */
class KubernetesSourceIT {
    private static final String PROXY_NAME = "service.kubernetes.io/service-proxy-name";

    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final SourceFixture fixture = followed.fixture();

    @Test
    void deliversWhatALiveClusterHolds() {
        Recorded.ALL.forEach(name -> server.put(Recorded.read(name)));

        fixture.start().connected();

        assertThat(fixture.sink.services())
                .containsOnlyKeys(
                        new NamespacedName("default", "kubernetes"),
                        new NamespacedName("ingress-nginx", "edge"),
                        new NamespacedName("kube-system", "kube-dns"),
                        new NamespacedName("store", "shop"));
        assertThat(fixture.sink.slices()).hasSize(2);
        assertThat(fixture.sink.nodes()).containsOnlyKeys("worker-1");
        assertThat(fixture.problems).isEmpty();
        assertThat(fixture.source.serviceUid(new NamespacedName("default", "kubernetes")))
                .isEqualTo("5f4c8f1e-8f0b-4a58-9a3b-7f2f6d8b6a11");
    }

    @Test
    void followsChanges() {
        fixture.start().connected();

        server.put(service("web", "10.96.0.5"));
        server.put(slice("web-1", "web", "10.244.0.5"));
        server.put(slice("web-1", "web", "10.244.0.5", "10.244.0.6"));
        server.put(node("worker-1"));
        Await.until(
                "both endpoints and the node",
                () -> fixture.sink.nodes().size() == 1
                        && fixture.sink.slices().containsKey(name("web-1"))
                        && fixture.sink.slice("web-1").endpoints().size() == 2);

        server.delete("Service", "shop/web");
        server.delete("EndpointSlice", "shop/web-1");
        server.delete("Node", "worker-1");
        Await.until(
                "all gone",
                () -> fixture.sink.services().isEmpty()
                        && fixture.sink.slices().isEmpty()
                        && fixture.sink.nodes().isEmpty());
    }

    @Test
    void losesAServiceThatAnotherProxyTakesAndGetsItBack() {
        server.put(service("web", "10.96.0.5"));
        fixture.start().connected();

        server.put(labelled(service("web", "10.96.0.5"), PROXY_NAME, ""));
        Await.until("Service gone", () -> fixture.sink.services().isEmpty());
        server.put(service("web", "10.96.0.5"));
        Await.until("Service back", () -> fixture.sink.services().containsKey(name("web")));
    }

    @Test
    void losesASliceThatBecomesHeadless() {
        server.put(slice("web-1", "web", "10.244.0.5"));
        fixture.start().connected();

        server.put(labelled(slice("web-1", "web", "10.244.0.5"), "service.kubernetes.io/headless", ""));

        Await.until("slice gone", () -> fixture.sink.slices().isEmpty());
    }

    @Test
    void servesOnlyTheServicesOfItsOwnProxyName() {
        server.put(service("web", "10.96.0.5"));
        server.put(labelled(service("own", "10.96.0.6"), PROXY_NAME, "ballast"));
        server.put(labelled(service("other", "10.96.0.7"), PROXY_NAME, "cilium"));
        try (SourceFixture named = new SourceFixture(server.url(), "ballast")) {
            named.start().connected();

            assertThat(named.sink.services()).containsOnlyKeys(name("own"));
        }
    }

    @Test
    void neverSeesOtherNodesNorHeadlessServices() {
        server.put(node("worker-2"));
        server.put(service("db", "None"));

        fixture.start().connected();

        assertThat(fixture.sink.nodes()).isEmpty();
        assertThat(fixture.sink.services()).isEmpty();
    }

    @Test
    void readsASliceWithTenThousandEndpoints() {
        String[] addresses = IntStream.range(0, 10_000)
                .mapToObj(i -> "10." + (i / 65536) + "." + (i / 256 % 256) + "." + i % 256)
                .toArray(String[]::new);
        fixture.start().connected();

        server.put(slice("web-1", "web", addresses));

        Await.until("the slice", () -> fixture.sink.slices().containsKey(name("web-1")));
        assertThat(fixture.sink.slice("web-1").endpoints()).hasSize(10_000);
        assertThat(fixture.problems).isEmpty();
    }

    @Test
    void deliversNothingAfterClose() {
        fixture.start().connected();
        fixture.source.close();
        int calls = fixture.sink.calls().size();

        server.put(service("web", "10.96.0.5"));

        assertThat(fixture.sink.calls()).hasSize(calls);
        Await.until("watches closed", () -> {
            server.bookmark();
            return server.openWatches() == 0;
        });
    }
}
