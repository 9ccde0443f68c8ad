package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundRobinSchedulerTest {
    @Test
    void goesRound() {
        assertThat(Bench.of("rr", 1, 1, 1).picks(7, false)).containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void ignoresWeightsButZero() {
        assertThat(Bench.of("rr", 5, 0, 1, 9).picks(6, false)).containsExactly(0, 2, 3, 0, 2, 3);
    }

    @Test
    void givesNobodyTheTurnOfAnotherTwice() {
        Bench bench = Bench.of("rr", 1, 1, 1, 1);
        bench.candidates().get(1).limit = 0;
        assertThat(bench.picks(6, false)).containsExactly(0, 2, 3, 0, 2, 3);
    }

    @Test
    void goesOnBehindTheLastUsedWhenEndpointsCome() {
        Bench bench = Bench.of("rr", 1, 1, 1);
        assertThat(bench.picks(2, false)).containsExactly(0, 1);
        bench.update(new TreeMap<>(Map.of(0, 1, 1, 1, 2, 1, 3, 1)));
        assertThat(bench.picks(4, false)).containsExactly(2, 3, 0, 1);
    }

    @Test
    void goesOnBehindTheLastUsedWhenItLeaves() {
        Bench bench = Bench.of("rr", 1, 1, 1, 1);
        assertThat(bench.picks(2, false)).containsExactly(0, 1);
        bench.update(new TreeMap<>(Map.of(0, 1, 2, 1, 3, 1)));
        assertThat(bench.picks(3, false)).containsExactly(2, 3, 0);
        bench.update(new TreeMap<>(Map.of(2, 1, 3, 1)));
        assertThat(bench.picks(3, false)).containsExactly(2, 3, 2);
    }

    @Test
    void goesOnWhereItWasThroughAnEmptyList() {
        Bench bench = Bench.of("rr", 1, 1, 1);
        assertThat(bench.picks(2, false)).containsExactly(0, 1);
        bench.update(new TreeMap<>());
        assertThat(bench.picks(1, false)).containsExactly(-1);
        bench.update(new TreeMap<>(Map.of(0, 1, 1, 1, 2, 1)));
        assertThat(bench.picks(2, false)).containsExactly(2, 0);
    }

    @Test
    void beginsWhereTheSeedSaysHoweverTheListGrewBefore() {
        List<Integer> first = new ArrayList<>();
        for (int seed = 0; seed < 5; seed++) {
            Bench bench = Bench.of(Bench.provider("rr"), seed);
            bench.update(new TreeMap<>(Map.of(0, 1)));
            bench.update(new TreeMap<>(Map.of(0, 1, 1, 1, 2, 1, 3, 1, 4, 1)));
            first.addAll(bench.picks(1, false));
        }
        assertThat(first).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void isExactlyFairToManyThreads() throws Exception {
        int threads = 4;
        int picksEach = 25_000;
        Scheduler scheduler = Bench.of("rr", 1, 1, 1, 1, 1).scheduler();
        AtomicIntegerArray counts = new AtomicIntegerArray(5);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> {
                    for (int pick = 0; pick < picksEach; pick++) {
                        Candidate picked = Objects.requireNonNull(scheduler.pick(Bench.request(pick)));
                        counts.incrementAndGet(picked.index());
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(IntStream.range(0, 5).map(counts::get)).containsOnly(threads * picksEach / 5);
    }
}
