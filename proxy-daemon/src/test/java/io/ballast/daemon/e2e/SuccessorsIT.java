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
import io.ballast.daemon.testing.TestRequest;
import io.ballast.netty.linux.UnixSocket;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    private final Machine client = cluster.machine("client");
    private final CountDownLatch lists = new CountDownLatch(1);
    private TestApiServer api;

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.serve("web1");
        api = cluster.keep(cluster.node().run(() -> new TestApiServer().start()));
        cluster.keep(lists::countDown);
        ObjectNode self = ApiObjects.node("node1");
        self.withObject("/status")
                .withArray("addresses")
                .removeAll()
                .addObject()
                .put("type", "InternalIP")
                .put("address", cluster.node().ipv4());
        api.put(self);
        api.put(ApiObjects.service("web", CLUSTER_IP));
        api.put(ApiObjects.slice("web-1", "web", cluster.machine("web1").ipv4()));
    }

    private BallastProcess launch(String intercept) throws Exception {
        return launch(intercept, "--cleanup-on-exit=false");
    }

    private BallastProcess launch(String intercept, String flag) throws Exception {
        return cluster.follow(api, "-v=2", "--intercept=" + intercept, flag);
    }

    private static void awaitLog(BallastProcess ballast, String text) throws Exception {
        Await.until("\"" + text + "\" is in its log", WHILE, () -> ballast.log().contains(text));
    }

    /** One that has no lists yet, after one that serves. */
    private BallastProcess launchWaiting(String intercept) throws Exception {
        return launchWaiting(intercept, "--cleanup-on-exit=false");
    }

    private BallastProcess launchWaiting(String intercept, String flag) throws Exception {
        api.failNext(TestRequest::isServiceList, new TestFault.Delayed(lists));
        BallastProcess waiting = launch(intercept, flag);
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

    /** Open connections have until the end of the grace period whether or not others come, so nobody is refused. */
    @Test
    void areWaitedForByOneThatWasToldToEnd() throws Exception {
        Duration grace = Duration.ofSeconds(20);
        BallastProcess first = launch("sk-lookup", "--shutdown-grace-period=" + grace.toSeconds() + "s")
                .ready();
        BallastProcess second = launchWaiting("sk-lookup");
        try (ClientLoad load = new ClientLoad()) {
            load.tcp(client, CLUSTER_IP, 80);
            first.terminate();
            long told = System.nanoTime();
            Await.until(
                    "more than half of the grace period is over",
                    WHILE,
                    () -> System.nanoTime() - told
                            > grace.multipliedBy(6).dividedBy(10).toNanos());
            lists.countDown();
            awaitLog(second, TOOK_OVER);
            assertThat(first.awaitEnd()).as(first.log()).isZero();
            load.awaitMore(100);
            load.close();
            assertThat(load.answersOtherThan("web1"))
                    .as(first.log() + second.log())
                    .isEmpty();
        }
        assertThat(second.stop()).as(second.log()).isZero();
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

    /** As kube-proxy, a process answers there before it has its lists, but not for another that has. */
    @Test
    void leaveProbesAndMetricsToTheOneThatServes() throws Exception {
        api.failNext(TestRequest::isServiceList, new TestFault.Delayed(lists));
        BallastProcess first = launch("bind");
        Await.until("the first one listens", WHILE, () -> cluster.probed().equals(Set.of(first.pid())));

        BallastProcess second = launch("bind");

        Await.until("the second one does instead", WHILE, () -> cluster.probed().equals(Set.of(second.pid())));
        assertThat(Dial.tcp(client, CLUSTER_IP, 80)).as(second.log()).startsWith("web1");
        lists.countDown();
        awaitLog(first, TOOK_OVER);
        assertThat(second.awaitEnd()).as(second.log()).isZero();
        assertThat(cluster.probed()).isEqualTo(Set.of(first.pid()));
        assertThat(first.stop()).as(first.log()).isZero();
    }

    /** An upgrade that is called off: the new process ends before it serves. */
    @ParameterizedTest
    @CsvSource({
        "sk-lookup, --cleanup-on-exit=false",
        "bind, --cleanup-on-exit=false",
        "sk-lookup, --cleanup-on-exit",
        "bind, --cleanup-on-exit",
        "sk-lookup, --client-ip=never"
    })
    void takeNothingWithThemWhenTheyEndWaiting(String intercept, String flag) throws Exception {
        BallastProcess first = launch(intercept).ready();
        BallastProcess second = launchWaiting(intercept, flag);

        assertThat(second.stop()).as(second.log()).isZero();

        // All that was taken before this is noticed by the time that this is put back.
        cluster.node().exec("nft", "delete table arp ballast");
        Await.until(
                "the table is back",
                () -> first.logged("it is back") > 0
                        && cluster.node().exec("nft", "list tables").contains("arp ballast"));
        assertThat(first.admin("/metrics").lines().filter(line -> line.startsWith("ballast_repairs_total")))
                .as(first.log())
                .allMatch(line -> line.endsWith(line.contains("\"nftables\"") ? " 1" : " 0"));
        assertThat(first.stop()).as(first.log()).isZero();
        assertThat(cluster.node().exec("nft", "list tables")).doesNotContain("ballast-clients");
    }

    /** One that offered to hand over, tired of waiting for it, and serves on. */
    @Test
    void doNotServeBesideOneThatServesOn() throws Exception {
        UnixSocket name = cluster.keep(cluster.node().run(() -> UnixSocket.listen("ballast/hand-over")));
        CompletableFuture<UnixSocket> served = CompletableFuture.supplyAsync(() -> {
            try (UnixSocket first = name.accept().orElseThrow()) {
                converse(first, "WELCOME");
                converse(first, "END");
            }
            UnixSocket again = name.accept().orElseThrow();
            converse(again, "WELCOME");
            return again;
        });

        BallastProcess second = launch("sk-lookup");

        assertThat(second.awaitEnd()).as(second.log()).isEqualTo(1);
        cluster.keep(served.get(1, TimeUnit.MINUTES));
    }

    private static void converse(UnixSocket successor, String answer) {
        successor.receive(WHILE).orElseThrow().close();
        successor.send(answer, List.of());
    }
}
