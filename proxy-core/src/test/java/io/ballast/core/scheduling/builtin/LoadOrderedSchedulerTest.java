package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
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

    /** The endpoints that would be picked first: the hard case for a tree. */
    private static AddressPort[] triedBest(Bench bench, int count) {
        AddressPort[] tried = {};
        for (int i = 0; i < count; i++) {
            Candidate next = Objects.requireNonNull(bench.scheduler().pick(Bench.request(0, tried)));
            tried = Arrays.copyOf(tried, i + 1);
            tried[i] = next.address();
        }
        return tried;
    }

    @Test
    void ordersFractionsExactly() {
        SplittableRandom random = new SplittableRandom(3);
        for (int step = 0; step < 200_000; step++) {
            int weightA = random.nextInt(1, 65_536);
            int weightB = random.nextInt(2) == 0 ? Math.max(1, weightA - 1) : random.nextInt(1, 65_536);
            int activeA = random.nextInt(1 << random.nextInt(1, 31));
            // As near as can be.
            int activeB = (int) Math.min(Integer.MAX_VALUE - 1, (long) activeA * weightB / weightA + random.nextInt(2));
            assertThat(Long.compare(LoadKey.perWeight(activeA, weightA), LoadKey.perWeight(activeB, weightB)))
                    .as("%d/%d and %d/%d", activeA, weightA, activeB, weightB)
                    .isEqualTo(Long.compare((long) activeA * weightB, (long) activeB * weightA));
        }
    }
}
