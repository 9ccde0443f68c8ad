package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Distributions of {@code random} and {@code p2c}, from a seeded generator, against what arithmetic says. */
class RandomSchedulersTest {
    private static final int PICKS = 200_000;

    private static double[] shares(Bench bench, AddressPort... tried) {
        double[] shares = new double[bench.candidates().size()];
        for (int i = 0; i < PICKS; i++) {
            var picked = bench.scheduler().pick(Bench.request(i, tried));
            if (picked != null) {
                shares[picked.index()] += 1.0 / PICKS;
            }
        }
        return shares;
    }

    private static void assertClose(double[] actual, double... expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("share of %s", i).isCloseTo(expected[i], Offset.offset(0.006));
        }
    }

    /** The share of each among those that are usable. */
    private static double[] proportions(Bench bench) {
        double[] weights = bench.candidates().stream()
                .mapToDouble(each -> each.isFull() ? 0 : each.weight())
                .toArray();
        double total = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / total).toArray();
    }

    @Test
    void randomFollowsWeights() {
        assertClose(shares(Bench.of("random", 1, 0, 2, 5)), 0.125, 0, 0.25, 0.625);
        assertClose(shares(Bench.of("random", 9, 9, 9, 9)), 0.25, 0.25, 0.25, 0.25);
        assertClose(shares(Bench.of("random", 65_535, 1)), 1, 0);
        for (int seed = 0; seed < 5; seed++) {
            Bench bench =
                    Bench.of("random", new SplittableRandom(seed).ints(9, 0, 50).toArray());
            assertClose(shares(bench), proportions(bench));
        }
    }

    @Test
    void randomKeepsProportionsAmongThoseThatAreLeft() {
        Bench bench = Bench.of("random", 1000, 1, 2, 1, 4);
        assertClose(shares(bench, FakeCandidate.address(0), FakeCandidate.address(4)), 0, 0.25, 0.5, 0.25, 0);
        bench.candidates().get(0).limit = 0;
        assertClose(shares(bench), proportions(bench));
    }

    @Test
    void aThousandAreAllDrawn() {
        int[] weights = new int[1000];
        Arrays.fill(weights, 7);
        assertThat(Arrays.stream(shares(Bench.of("random", weights))))
                .allMatch(share -> share > 0.0005 && share < 0.0017);
    }

    @Test
    void powerOfTwoTakesTheLessLoadedOfTwo() {
        Bench bench = Bench.of("p2c", 1, 2, 3, 0, 2);
        int[] loads = {2, 2, 9, 0, 0};
        for (int i = 0; i < loads.length; i++) {
            bench.load(bench.candidates().get(i), loads[i]);
        }
        assertClose(shares(bench), expectedOfTwo(bench));
    }

    /** Sums over all pairs: the second wins when strictly less loaded per weight. */
    private static double[] expectedOfTwo(Bench bench) {
        double[] single = proportions(bench);
        double[] expected = new double[single.length];
        for (FakeCandidate first : bench.candidates()) {
            for (FakeCandidate second : bench.candidates()) {
                boolean secondWins = second.active * first.weight() < first.active * second.weight();
                int winner = secondWins ? second.index() : first.index();
                expected[winner] += single[first.index()] * single[second.index()];
            }
        }
        return expected;
    }

    @Test
    void powerOfTwoKeepsLoadsNearlyEven() {
        int[] weights = new int[100];
        Arrays.fill(weights, 1);
        Bench bench = Bench.of("p2c", weights);
        bench.picks(10_000, true);
        assertThat(bench.candidates()).allMatch(each -> each.active >= 90 && each.active <= 105);
    }
}
