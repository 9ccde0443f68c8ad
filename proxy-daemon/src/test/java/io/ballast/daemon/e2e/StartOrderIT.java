package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What listens and what is served while an API server gives its first answers one by one: kube-proxy's order of starting
 * ({@code cmd/kube-proxy/app/server.go}, {@code Run}).
 */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class StartOrderIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String HEALTHZ = "http://127.0.0.1:10256/healthz";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web");

    private final Machine node = cluster.node();
    private final TestApiServer api = cluster.keep(new TestApiServer());
    private final CountDownLatch nodes = holdBack("nodes");
    private final CountDownLatch slices = holdBack("endpointslices");

    private CountDownLatch holdBack(String plural) {
        CountDownLatch until = new CountDownLatch(1);
        api.failNext(request -> request.isList() && request.isFor(plural), new TestFault.Delayed(until));
        return until;
    }

    @BeforeEach
    void start() throws Exception {
        cluster.serve("web");
        api.put(ApiObjects.node("node1", node.ipv4()));
        api.put(ApiObjects.service("web", CLUSTER_IP));
        api.put(ApiObjects.slice("web-1", "web", cluster.machine("web").ipv4()));
    }

    @AfterEach
    void holdBackNoMore() {
        nodes.countDown();
        slices.countDown();
    }

    @Test
    void nothingListensBeforeTheNodeIsListedAndNothingIsServedBeforeAllIs() throws Exception {
        node.run(api::start);
        node.run(() -> {
            api.stop();
            return api;
        });
        BallastProcess ballast = cluster.follow(api);
        Await.until("Ballast waits for the API", () -> ballast.log().contains("Waiting for the Kubernetes API"));
        assertNothingListens(ballast);

        node.run(api::start);
        Await.until("the first lists are asked for", () -> api.count(request -> request.isList()) >= 3);
        Await.until("the Services are known", () -> api.count(request -> request.isWatch()) == 1);
        assertNothingListens(ballast);

        nodes.countDown();
        Await.until(
                "the servers listen", () -> !Dial.tcp(node, "127.0.0.1", 10256).equals(Dial.REFUSED));
        assertThat(Http.status(node, HEALTHZ)).isEqualTo(200);
        assertThat(Http.status(node, "http://127.0.0.1:10256/readyz")).isEqualTo(503);
        assertThat(Http.status(node, "http://127.0.0.1:10249/healthz")).isEqualTo(200);
        assertThat(node.exec("ip", "route", "show", "table", "local")).doesNotContain(CLUSTER_IP);

        slices.countDown();
        ballast.ready();
        assertThat(Dial.tcp(node, CLUSTER_IP, 80)).startsWith("web");
    }

    private void assertNothingListens(BallastProcess ballast) throws Exception {
        for (int port : List.of(10256, 10249)) {
            assertThat(Dial.tcp(node, "127.0.0.1", port)).as(ballast.log()).isEqualTo(Dial.REFUSED);
        }
    }
}
