package io.ballast.core.scheduling.builtin;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys by index, with the question "which is the smallest, the first where several are equal?" answered in O(log n): a
 * tree of minima. Confined to one lock.
 *
 * <p>A node has 16 children, side by side in memory: they are compared faster than a deeper tree's nodes could be fetched
 * from another processor's cache.
 */
final class KeyTree {
    /** The key of an index that must not be found. */
    static final long NONE = Long.MAX_VALUE;

    private static final int BITS = 4;
    private static final int CHILDREN = 1 << BITS;

    /** First the keys, then the minima of 16 each, and so on to the root. */
    private final long[][] levels;

    KeyTree(long[] keys) {
        List<long[]> built = new ArrayList<>(List.of(keys));
        long[] below = keys;
        while (below.length > 1) {
            long[] above = new long[(below.length + CHILDREN - 1) >> BITS];
            for (int node = 0; node < above.length; node++) {
                above[node] = least(below, node);
            }
            built.add(above);
            below = above;
        }
        levels = built.toArray(long[][]::new);
    }

    /** The smallest key among the children of a node. */
    private static long least(long[] below, int node) {
        long least = NONE;
        int end = Math.min(below.length, (node + 1) << BITS);
        for (int child = node << BITS; child < end; child++) {
            least = Math.min(least, below[child]);
        }
        return least;
    }

    void set(int index, long key) {
        levels[0][index] = key;
        int node = index;
        for (int level = 1; level < levels.length; level++) {
            node >>= BITS;
            long least = least(levels[level - 1], node);
            if (levels[level][node] == least) {
                return;
            }
            levels[level][node] = least;
        }
    }

    /** Where the smallest key is, -1 when there is none. */
    int first() {
        long[] root = levels[levels.length - 1];
        if (root.length == 0 || root[0] == NONE) {
            return -1;
        }
        int node = 0;
        for (int level = levels.length - 2; level >= 0; level--) {
            node = first(levels[level], node << BITS, root[0]);
        }
        return node;
    }

    private static int first(long[] keys, int from, long key) {
        int index = from;
        while (keys[index] != key) {
            index++;
        }
        return index;
    }
}
