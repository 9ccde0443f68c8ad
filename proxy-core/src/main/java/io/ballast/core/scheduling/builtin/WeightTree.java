package io.ballast.core.scheduling.builtin;

import java.util.Arrays;

/**
 * Weights by index, with the question "who is the first from here on with at least this weight?" answered in O(log n):
 * a segment tree of maxima. Confined to one lock.
 */
final class WeightTree {
    private final int size;
    /** Node 1 is the root, the children of node k are 2k and 2k+1, the leaves begin at {@code size}. */
    private final int[] maxima;

    WeightTree(int[] weights) {
        size = Math.max(1, Integer.highestOneBit(Math.max(1, weights.length) * 2 - 1));
        maxima = Arrays.copyOf(new int[size], 2 * size);
        System.arraycopy(weights, 0, maxima, size, weights.length);
        for (int node = size - 1; node > 0; node--) {
            maxima[node] = Math.max(maxima[2 * node], maxima[2 * node + 1]);
        }
    }

    int max() {
        return maxima[1];
    }

    int get(int index) {
        return maxima[size + index];
    }

    void set(int index, int weight) {
        int node = size + index;
        maxima[node] = weight;
        for (node >>= 1; node > 0; node >>= 1) {
            maxima[node] = Math.max(maxima[2 * node], maxima[2 * node + 1]);
        }
    }

    /** The first index not before {@code from} with at least this weight, which is positive; -1 when there is none. */
    int first(int from, int atLeast) {
        if (from >= size) {
            return -1;
        }
        int node = size + from;
        while (maxima[node] < atLeast) {
            // Up while this is the right child, then to the subtree on the right.
            while ((node & 1) == 1) {
                node >>= 1;
            }
            if (node == 0) {
                return -1;
            }
            node++;
        }
        while (node < size) {
            node *= 2;
            node += maxima[node] >= atLeast ? 0 : 1;
        }
        return node - size;
    }
}
