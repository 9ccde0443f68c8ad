package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What listens and what is served while an API server gives its first answers one by one: kube-proxy's order of starting
 * ({@code cmd/kube-proxy/app/server.go}, {@code Run}).
 */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class StartOrderIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String HEALTHZ = "http://127.0.0.1:10256/healthz";

    private final Topology topology =
            Topology.builder().node("node1").bridgedPod("web").build();
    private final Machine node = topology.machine("node1");
    private final TestApiServer api = new TestApiServer();
    private final CountDownLatch nodes = holdBack("nodes");
    private final CountDownLatch slices = holdBack("endpointslices");
    private NamedServer web;

    private CountDownLatch holdBack(String plural) {
        CountDownLatch until = new CountDownLatch(1);
        api.failNext(request -> request.isList() && request.isFor(plural), new TestFault.Delayed(until));
        return until;
    }

    @BeforeEach
    void start() throws Exception {
        web = NamedServer.start(topology.machine("web"), "web", 8080);
        ObjectNode self = ApiObjects.node("node1");
        self.withObject("/status")
                .putArray("addresses")
                .addObject()
                .put("type", "InternalIP")
                .put("address", node.ipv4());
        api.put(self);
        api.put(ApiObjects.service("web", CLUSTER_IP));
        api.put(ApiObjects.slice("web-1", "web", topology.machine("web").ipv4()));
    }

    @AfterEach
    void close() throws Exception {
        nodes.countDown();
        slices.countDown();
        api.close();
        web.close();
        topology.close();
    }

    @Test
    void nothingListensBeforeTheNodeIsListedAndNothingIsServedBeforeAllIs() throws Exception {
        node.run(api::start);
        node.run(() -> {
            api.stop();
            return api;
        });
        try (BallastProcess ballast =
                BallastProcess.launch(node, List.of("--master=" + api.url(), "--hostname-override=node1"))) {
            Await.until("Ballast waits for the API", () -> ballast.log().contains("Waiting for the Kubernetes API"));
            assertNothingListens(ballast);

            node.run(api::start);
            Await.until("the first lists are asked for", () -> api.count(request -> request.isList()) >= 3);
            Await.until("the Services are known", () -> api.count(request -> request.isWatch()) == 1);
            assertNothingListens(ballast);

            nodes.countDown();
            Await.until("the servers listen", () -> !Dial.tcp(node, "127.0.0.1", 10256)
                    .equals(Dial.REFUSED));
            assertThat(HttpStatus.of(node, HEALTHZ)).isEqualTo("200");
            assertThat(HttpStatus.of(node, "http://127.0.0.1:10256/readyz")).isEqualTo("503");
            assertThat(HttpStatus.of(node, "http://127.0.0.1:10249/healthz")).isEqualTo("200");
            assertThat(node.exec("ip", "route", "show", "table", "local")).doesNotContain(CLUSTER_IP);

            slices.countDown();
            ballast.ready();
            assertThat(Dial.tcp(node, CLUSTER_IP, 80)).startsWith("web");
        }
    }

    private void assertNothingListens(BallastProcess ballast) throws Exception {
        for (int port : List.of(10256, 10249)) {
            assertThat(Dial.tcp(node, "127.0.0.1", port)).as(ballast.log()).isEqualTo(Dial.REFUSED);
        }
    }
}
