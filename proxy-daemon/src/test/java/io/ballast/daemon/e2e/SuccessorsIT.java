package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import io.ballast.netty.linux.UnixSocket;
import io.ballast.netty.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two new processes are there at once, the first of which waits for its lists: never do two serve side by side. */
class SuccessorsIT extends SuccessorsFixture {
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
