package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadOrderedSchedulerTest {
    private static final int MANY = 1000;

    @Test
    void leastConnectionsFillsUpFromTheFirst() {
        Bench bench = Bench.of("lc", 1, 9, 1);
        assertThat(bench.picks(5, true)).containsExactly(0, 1, 2, 0, 1);
        bench.load(bench.candidates().get(2), 0);
        assertThat(bench.picks(3, true)).containsExactly(2, 2, 0);
    }

    @Test
    void weightedLeastConnectionsFillsInProportion() {
        // H/w after each pick: ties go to the first of the list.
        assertThat(Bench.of("wlc", 1, 2, 3).picks(9, true)).containsExactly(0, 1, 2, 2, 1, 2, 0, 1, 2);
    }

    @Test
    void shortestExpectedDelayPrefersTheStrongWhenIdle() {
        assertThat(Bench.of("sed", 1, 2, 3).picks(6, true)).containsExactly(2, 1, 2, 0, 1, 2);
    }

    @Test
    void neverQueueTakesEveryIdleOneFirst() {
        assertThat(Bench.of("nq", 1, 2, 3).picks(6, true)).containsExactly(0, 1, 2, 2, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lc", "wlc", "sed", "nq"})
    void picksAsTheOracleAmongAThousand(String name) {
        SplittableRandom random = new SplittableRandom(11);
        Bench bench = Bench.of(name, random.ints(MANY, 0, 5).toArray());
        IpvsOracle oracle = IpvsOracle.of(name, 0);
        for (int step = 0; step < 3000; step++) {
            FakeCandidate some = bench.candidates().get(random.nextInt(MANY));
            bench.load(some, Math.max(0, some.active - random.nextInt(3)));
            PickRequest request = Bench.request(step, triedBest(bench, random.nextInt(5)));
            assertThat(bench.scheduler().pick(request)).isEqualTo(oracle.pick(bench.candidates(), request));
            bench.pick(Bench.request(step));
        }
    }

    /** The endpoints that would be picked first: the hard case for a heap. */
    private static AddressPort[] triedBest(Bench bench, int count) {
        AddressPort[] tried = {};
        for (int i = 0; i < count; i++) {
            Candidate next = Objects.requireNonNull(bench.scheduler().pick(Bench.request(0, tried)));
            tried = Arrays.copyOf(tried, i + 1);
            tried[i] = next.address();
        }
        return tried;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lc", "wlc", "sed", "nq"})
    void comparesLogarithmicallyFewOfAThousand(String name) {
        AtomicLong comparisons = new AtomicLong();
        Bench bench = Bench.of(counting(name, comparisons), 0, ones());
        bench.picks(1, true);
        assertThat(comparisons.getAndSet(0)).as("building").isLessThan(3L * MANY);
        SplittableRandom random = new SplittableRandom(1);
        for (int step = 0; step < 5000; step++) {
            comparisons.set(0);
            FakeCandidate picked = Objects.requireNonNull(bench.pick(Bench.request(step)));
            // A pick reads the top; its count moves one endpoint along one path: log2(1000) levels, two children each.
            assertThat(comparisons.get()).isLessThanOrEqualTo(2 * 10 + 1);
            comparisons.set(0);
            FakeCandidate some =
                    random.nextBoolean() ? picked : bench.candidates().get(random.nextInt(MANY));
            bench.load(some, Math.max(0, some.active - 1));
            assertThat(comparisons.get()).isLessThanOrEqualTo(2 * 10 + 1);
        }
    }

    private static int[] ones() {
        int[] ones = new int[MANY];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static SchedulerProvider counting(String name, AtomicLong comparisons) {
        LoadOrder order =
                switch (name) {
                    case "lc" -> LeastConnections.ORDER;
                    case "wlc" -> WeightedLeastConnections.ORDER;
                    case "sed" -> ShortestExpectedDelay.ORDER;
                    default -> NeverQueue.ORDER;
                };
        LoadOrder counting = (activeA, weightA, activeB, weightB) -> {
            comparisons.incrementAndGet();
            return order.compare(activeA, weightA, activeB, weightB);
        };
        return new SchedulerProvider() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
                return new LoadOrderedScheduler(counting, name, candidates);
            }
        };
    }
}
