package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WeightTreeTest {
    @Test
    void findsWhatAWalkFinds() {
        SplittableRandom random = new SplittableRandom(5);
        for (int size = 0; size < 40; size++) {
            int[] weights = random.ints(size, 0, 9).toArray();
            WeightTree tree = new WeightTree(weights);
            for (int step = 0; step < 200; step++) {
                if (size > 0 && random.nextBoolean()) {
                    int index = random.nextInt(size);
                    weights[index] = random.nextInt(9);
                    tree.set(index, weights[index]);
                }
                int from = random.nextInt(size + 2);
                int atLeast = 1 + random.nextInt(9);
                assertThat(tree.first(from, atLeast)).isEqualTo(walk(weights, from, atLeast));
                assertThat(tree.max()).isEqualTo(Arrays.stream(weights).max().orElse(0));
            }
        }
    }

    private static int walk(int[] weights, int from, int atLeast) {
        for (int i = from; i < weights.length; i++) {
            if (weights[i] >= atLeast) {
                return i;
            }
        }
        return -1;
    }
}
