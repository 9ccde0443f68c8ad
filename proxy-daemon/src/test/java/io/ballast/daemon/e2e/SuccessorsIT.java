package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two new processes are there at once, the first of which waits for its lists: never do two serve side by side. */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class SuccessorsIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String ANNOUNCED = "taking over once there is a full table";
    private static final String STANDS_BY = "standing by until it ends";
    private static final String TOOK_OVER = "Took over from the earlier process";
    private static final Duration WHILE = Duration.ofMinutes(1);

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("web1")
            .bridgedPod("client")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine client = topology.machine("client");
    private final Deque<AutoCloseable> resources = new ArrayDeque<>(List.of(topology));
    private final CountDownLatch lists = new CountDownLatch(1);
    private TestApiServer api;

    @BeforeEach
    void describeCluster() throws Exception {
        Machine web = topology.machine("web1");
        keep(NamedServer.start(web, "web1", 8080));
        api = keep(node.run(() -> new TestApiServer().start()));
        ObjectNode self = ApiObjects.node("node1");
        self.withObject("/status")
                .withArray("addresses")
                .removeAll()
                .addObject()
                .put("type", "InternalIP")
                .put("address", node.ipv4());
        api.put(self);
        api.put(ApiObjects.service("web", CLUSTER_IP));
        api.put(ApiObjects.slice("web-1", "web", web.ipv4()));
    }

    @AfterEach
    void close() throws Exception {
        lists.countDown();
        while (!resources.isEmpty()) {
            resources.pop().close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.push(resource);
        return resource;
    }

    private BallastProcess launch(String intercept) throws Exception {
        return keep(BallastProcess.launch(
                node,
                List.of("--master=" + api.url(), "--hostname-override=node1", "-v=2", "--intercept=" + intercept)));
    }

    private static void awaitLog(BallastProcess ballast, String text) throws Exception {
        Await.until("\"" + text + "\" is in its log", WHILE, () -> ballast.log().contains(text));
    }

    /** One that has no lists yet, after one that serves. */
    private BallastProcess launchWaiting(String intercept) throws Exception {
        api.failNext(request -> request.isList() && request.isFor("services"), new TestFault.Delayed(lists));
        BallastProcess waiting = launch(intercept);
        awaitLog(waiting, ANNOUNCED);
        return waiting;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void takeOverOneAfterTheOther(String intercept) throws Exception {
        BallastProcess first = launch(intercept).ready();
        try (ClientLoad load = new ClientLoad()) {
            load.tcp(client, CLUSTER_IP, 80);
            BallastProcess second = launchWaiting(intercept);
            BallastProcess third = launch(intercept);
            awaitLog(third, STANDS_BY);
            load.awaitMore(100);
            assertThat(third.log()).doesNotContain(TOOK_OVER);

            lists.countDown();
            awaitLog(second, TOOK_OVER);
            awaitLog(third, TOOK_OVER);
            assertThat(first.awaitEnd()).as(first.log()).isZero();
            assertThat(second.awaitEnd()).as(second.log()).isZero();
            load.awaitMore(100);
            load.close();
            assertThat(load.answersOtherThan("web1"))
                    .as(second.log() + third.log())
                    .isEmpty();
            assertThat(third.stop()).isZero();
        }
    }

    /** Then whoever has a table serves, and the other one takes over from it. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void doNotServeBesideEachOtherWhenTheOldOneIsKilled(String intercept) throws Exception {
        BallastProcess first = launch(intercept).ready();
        BallastProcess second = launchWaiting(intercept);
        BallastProcess third = launch(intercept);
        awaitLog(third, STANDS_BY);

        first.kill();
        Await.until("the one with a table serves", WHILE, () -> Dial.tcp(client, CLUSTER_IP, 80)
                .startsWith("web1"));
        lists.countDown();

        awaitLog(second, TOOK_OVER);
        assertThat(third.awaitEnd()).as(third.log()).isZero();
        assertThat(Dial.tcp(client, CLUSTER_IP, 80)).as(second.log()).startsWith("web1");
        assertThat(second.stop()).isZero();
    }
}
