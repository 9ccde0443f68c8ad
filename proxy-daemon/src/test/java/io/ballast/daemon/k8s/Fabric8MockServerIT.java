package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.MockServerGateway;
import io.ballast.daemon.testing.Recorded;
import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The source against fabric8's mock server in CRUD mode, written to by fabric8's client, with faults in between. */
class Fabric8MockServerIT {
    private final KubernetesMockServer mock = startMock();
    private final KubernetesClient cluster = mock.createClient();
    private final MockServerGateway gateway = new MockServerGateway(mock.url("").replaceAll("/$", ""));
    private final SourceFixture fixture = new SourceFixture(gateway.url());

    private static KubernetesMockServer startMock() {
        KubernetesMockServer server = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        server.init();
        return server;
    }

    @AfterEach
    void stop() {
        fixture.close();
        gateway.close();
        cluster.close();
        mock.destroy();
    }

    private void apply(ObjectNode object) {
        HasMetadata resource = cluster.getKubernetesSerialization().unmarshal(object.toString());
        resource.getMetadata().setResourceVersion(null);
        cluster.resource(resource).createOr(replace -> replace.update());
    }

    private void delete(ObjectNode object) {
        HasMetadata resource = cluster.getKubernetesSerialization().unmarshal(object.toString());
        cluster.resource(resource).delete();
    }

    @Test
    void deliversRecordedObjectsAndFollowsThem() {
        Recorded.ALL.forEach(recorded -> apply(Recorded.read(recorded)));

        fixture.start().connected();

        assertThat(fixture.sink.services()).hasSize(4);
        assertThat(fixture.sink.slices()).hasSize(2);
        assertThat(fixture.sink.nodes()).containsOnlyKeys("worker-1");
        assertThat(fixture.problems).isEmpty();
        apply(ApiObjects.service("web", "10.96.0.5"));
        apply(ApiObjects.slice("web-1", "web", "10.244.0.5"));
        Await.until(
                "new objects",
                () -> fixture.sink.services().containsKey(name("web"))
                        && fixture.sink.slices().containsKey(name("web-1")));
        delete(ApiObjects.service("web", "10.96.0.5"));
        Await.until("deletion", () -> !fixture.sink.services().containsKey(name("web")));
    }

    @Test
    void losesAServiceThatGetsTheProxyNameLabel() {
        apply(ApiObjects.service("web", "10.96.0.5"));
        fixture.start().connected();

        apply(ApiObjects.labelled(
                ApiObjects.service("web", "10.96.0.5"), "service.kubernetes.io/service-proxy-name", "other"));

        Await.until("gone", () -> fixture.sink.services().isEmpty());
        apply(ApiObjects.service("web", "10.96.0.5"));
        Await.until("back", () -> fixture.sink.services().containsKey(name("web")));
    }

    @Test
    void survivesDroppedWatches() {
        fixture.start().connected();
        for (int i = 0; i < 5; i++) {
            int round = i;
            Await.until("three watches", () -> gateway.openWatches() == 3);
            gateway.cutWatches();
            apply(ApiObjects.service("web-" + i, "10.96.0." + i));
            Await.until("web-" + i, () -> fixture.sink.services().containsKey(name("web-" + round)));
        }

        assertThat(gateway.count(TestRequest::isServiceList)).isEqualTo(1);
        assertThat(gateway.connections()).isLessThanOrEqualTo(30);
    }

    @Test
    void findsDeletionsAfter410() {
        apply(ApiObjects.service("a", "10.96.0.1"));
        apply(ApiObjects.service("b", "10.96.0.2"));
        fixture.start().connected();
        Await.until("three watches", () -> gateway.openWatches() == 3);

        gateway.close();
        delete(ApiObjects.service("a", "10.96.0.1"));
        gateway.failNext(TestRequest::isServiceWatch, new TestFault.Status(410, "Expired"));
        gateway.open();

        Await.until("a gone", () -> fixture.sink.services().size() == 1);
        assertThat(fixture.sink.services()).containsOnlyKeys(name("b"));
        assertThat(gateway.count(TestRequest::isServiceList)).isEqualTo(2);
    }

    @Test
    void triesAgainAfter500AndSlowAnswersAndDisconnects() {
        apply(ApiObjects.service("a", "10.96.0.1"));
        CountDownLatch slow = new CountDownLatch(1);
        gateway.failNext(TestRequest::isServiceList, new TestFault.Status(500, "InternalError"));
        gateway.failNext(TestRequest::isServiceList, new TestFault.Truncated(100));
        gateway.failNext(TestRequest::isServiceList, new TestFault.Delayed(slow));
        gateway.failNext(TestRequest::isServiceWatch, new TestFault.Status(500, "InternalError"));

        fixture.start();
        Await.until("third list is under way", () -> gateway.count(TestRequest::isServiceList) == 3);
        slow.countDown();
        fixture.connected();

        assertThat(fixture.sink.services()).containsOnlyKeys(name("a"));
        assertThat(gateway.count(TestRequest::isServiceList)).isEqualTo(3);
    }
}
