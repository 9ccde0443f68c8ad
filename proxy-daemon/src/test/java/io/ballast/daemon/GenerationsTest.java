package io.ballast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.Await;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GenerationsTest {
    /** Everything that happened, in its order. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final List<FakeDaemon> opened = new CopyOnWriteArrayList<>();
    private final List<Integer> exits = new CopyOnWriteArrayList<>();

    /** One whose connections end when the test says so. */
    private final class FakeDaemon implements Generation {
        final CountDownLatch connections = new CountDownLatch(1);
        final int number = opened.size() + 1;
        volatile Runnable handedOver = () -> {};

        FakeDaemon() {
            opened.add(this);
        }

        private void happened(String what) {
            events.add(number + " " + what);
        }

        @Override
        public void join(Runnable action) {
            handedOver = action;
            happened("joined");
        }

        @Override
        public void start() {
            happened("started");
        }

        @Override
        public void drain() {
            happened("drains");
            try {
                connections.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            happened("ended");
        }

        @Override
        public void close() {
            happened("closed");
        }
    }

    private Generations generations(boolean standsBy) {
        return generations(standsBy, FakeDaemon::new);
    }

    private Generations generations(boolean standsBy, Callable<Generation> opener) {
        Generations generations = new Generations(opener, standsBy, exits::add);
        generations.start(new FakeDaemon());
        return generations;
    }

    private FakeDaemon number(int wanted) {
        return opened.get(wanted - 1);
    }

    private void handOver(int from) {
        number(from).handedOver.run();
        Await.until("the next stands by", () -> events.contains(from + 1 + " started"));
        Await.until("it drains", () -> events.contains(from + " drains"));
    }

    private static void awaitNoStandIn() {
        Await.until("what a hand-over began has ended", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("stand-in")));
    }

    @Test
    void joinsBeforeItStarts() {
        generations(true);

        assertThat(events).containsExactly("1 joined", "1 started");
    }

    @Test
    void standsByOnceItHasHandedOver() {
        generations(true);

        handOver(1);
        handOver(2);

        assertThat(opened).hasSize(3);
        assertThat(events).containsSubsequence("1 started", "2 joined", "2 started", "3 joined", "3 started");
        assertThat(exits).isEmpty();
    }

    @Test
    void endsOnceItHasHandedOverWhereItDoesNotStandBy() {
        generations(false);

        number(1).handedOver.run();

        assertThat(exits).containsExactly(0);
        assertThat(opened).hasSize(1);
    }

    @Test
    void endsWhenItCannotStandBy() {
        generations(true, () -> {
            throw new IOException("no descriptors left");
        });

        number(1).handedOver.run();

        Await.until("the process ends", () -> exits.equals(List.of(1)));
        Await.until("what was open is served to its end", () -> events.contains("1 drains"));
    }

    @Test
    void endsOnceAllGenerationsHaveDrained() throws InterruptedException {
        Generations generations = generations(true);
        handOver(1);
        handOver(2);
        Thread end = new Thread(() -> {
            generations.drain();
            events.add("returned");
        });

        end.start();
        Await.until("the last one drains", () -> events.contains("3 drains"));
        for (int number : new int[] {3, 1, 2}) {
            number(number).connections.countDown();
            Await.until("its end", () -> events.contains(number + " ended"));
        }
        end.join();

        assertThat(events).last().isEqualTo("returned");
    }

    @Test
    void opensNoneWhileTheProcessEnds() {
        Generations generations = generations(true);
        number(1).connections.countDown();
        generations.drain();

        number(1).handedOver.run();

        awaitNoStandIn();
        assertThat(opened).hasSize(1);
        assertThat(events).containsOnlyOnce("1 drains");
    }

    @Test
    void closesOneThatComesWhileTheProcessEnds() {
        Generations generations = generations(true);
        number(1).connections.countDown();
        generations.drain();

        generations.start(new FakeDaemon());

        assertThat(events).contains("2 closed").doesNotContain("2 joined", "2 started");
    }
}
