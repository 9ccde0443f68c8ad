package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.scheduling.PickRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinSchedulerTest {
    /** The example of the LVS documentation: weights 4, 3, 2 give AABABCABC. */
    @Test
    void interleavesAsDocumentedForLvs() {
        assertThat(Bench.of("wrr", 4, 3, 2).picks(18, false))
                .containsExactly(0, 0, 1, 0, 1, 2, 0, 1, 2, 0, 0, 1, 0, 1, 2, 0, 1, 2);
    }

    @Test
    void isRoundRobinWhenAllWeightsAreEqual() {
        assertThat(Bench.of("wrr", 7, 7, 7).picks(6, false)).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void givesEachItsShareOverOnePeriod() {
        List<Integer> picks = Bench.of("wrr", 10, 0, 20, 50).picks(8 * 5, false);
        assertThat(List.of(0, 1, 2, 3))
                .extracting(number -> Collections.frequency(picks, number))
                .containsExactly(5, 0, 10, 25);
    }

    @Test
    void keepsTheTurnWhenAWeightChanges() {
        Bench bench = Bench.of("wrr", 1, 1, 1, 1);
        assertThat(bench.picks(2, false)).containsExactly(0, 1);
        bench.update(new TreeMap<>(Map.of(0, 1, 1, 1, 2, 0, 3, 1)));
        assertThat(bench.picks(4, false)).containsExactly(3, 0, 1, 3);
    }

    @Test
    void beginsWhereTheSeedSays() {
        assertThat(Bench.of(Bench.provider("wrr"), 2, 1, 1, 1).picks(3, false)).containsExactly(2, 0, 1);
    }

    /** The kernel would live through tens of thousands of empty laps here; the result must be the same. */
    @Test
    void skipsLapsInWhichNobodyQualifiesWithoutChangingTheSequence() {
        Bench bench = Bench.of("wrr", 65_535, 3, 1, 40_000, 2);
        IpvsOracle oracle = IpvsOracle.of("wrr", 0);
        SplittableRandom random = new SplittableRandom(7);
        for (int step = 0; step < 400; step++) {
            for (FakeCandidate candidate : bench.candidates()) {
                candidate.limit = random.nextInt(3) == 0 ? Integer.MAX_VALUE : 0;
                bench.load(candidate, 0);
            }
            PickRequest request = Bench.request(step);
            assertThat(bench.pick(request)).as("step %s", step).isEqualTo(oracle.pick(bench.candidates(), request));
        }
    }

    @Test
    void sharesOutAmongAThousand() {
        int[] weights = new SplittableRandom(3).ints(1000, 0, 101).toArray();
        int total = Arrays.stream(weights).sum();
        int[] counts = new int[weights.length];
        Bench.of("wrr", weights).picks(total, false).forEach(number -> counts[number]++);
        assertThat(counts).isEqualTo(weights);
    }
}
