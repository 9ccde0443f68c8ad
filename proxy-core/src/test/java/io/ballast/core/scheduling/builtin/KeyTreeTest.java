package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTreeTest {
    /** About each number of children at which the tree gets another level. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 255, 256, 257, 1000, 4097})
    void findsWhatAWalkFinds(int size) {
        SplittableRandom random = new SplittableRandom(size);
        long[] keys = random.longs(size, 0, 6).map(KeyTreeTest::sometimesNone).toArray();
        KeyTree tree = new KeyTree(keys.clone());
        assertThat(tree.first()).isEqualTo(walk(keys));
        for (int step = 0; step < 2 * size; step++) {
            int index = random.nextInt(size);
            keys[index] = sometimesNone(random.nextLong(6));
            tree.set(index, keys[index]);
            assertThat(tree.first()).isEqualTo(walk(keys));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 17, 300})
    void findsNobodyOnceAllAreTakenOut(int size) {
        KeyTree tree = new KeyTree(new long[size]);
        for (int index = 0; index < size; index++) {
            assertThat(tree.first()).isEqualTo(index);
            tree.set(index, KeyTree.NONE);
        }
        assertThat(tree.first()).isEqualTo(-1);
    }

    private static long sometimesNone(long key) {
        return key == 0 ? KeyTree.NONE : key;
    }

    private static int walk(long[] keys) {
        int best = -1;
        for (int index = 0; index < keys.length; index++) {
            if (keys[index] != KeyTree.NONE && (best < 0 || keys[index] < keys[best])) {
                best = index;
            }
        }
        return best;
    }
}
