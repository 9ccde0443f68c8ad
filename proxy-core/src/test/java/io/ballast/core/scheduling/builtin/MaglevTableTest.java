package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.collect.StableHash;
import io.ballast.core.scheduling.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTableTest {
    private static final int CLIENTS = 20_000;

    private static MaglevTable table(List<FakeCandidate> candidates) {
        return MaglevTable.of(List.copyOf(candidates), 0);
    }

    /** Number of each client's endpoint. */
    private static int[] map(MaglevTable table) {
        return IntStream.range(0, CLIENTS)
                .map(client ->
                        Bench.number(Objects.requireNonNull(table.find(StableHash.mix(client), Bench.request(client)))))
                .toArray();
    }

    private static List<FakeCandidate> without(List<FakeCandidate> candidates, int number) {
        List<FakeCandidate> rest = new ArrayList<>();
        for (FakeCandidate candidate : candidates) {
            if (Bench.number(candidate) != number) {
                rest.add(new FakeCandidate(candidate.address(), candidate.weight(), rest.size()));
            }
        }
        return rest;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 50})
    void onlyItsOwnClientsMoveWhenAnEndpointLeavesOrComes(int size) {
        List<FakeCandidate> candidates =
                Bench.candidates(new SplittableRandom(size).ints(size, 1, 4).toArray());
        int[] before = map(table(candidates));
        for (int leaver = 0; leaver < size; leaver++) {
            int[] after = map(table(without(candidates, leaver)));
            for (int client = 0; client < CLIENTS; client++) {
                if (before[client] == leaver) {
                    assertThat(after[client]).isNotEqualTo(leaver);
                } else {
                    assertThat(after[client]).as("client %s", client).isEqualTo(before[client]);
                }
            }
        }
    }

    @Test
    void aWeightMovesClientsToOrFromItsEndpointOnly() {
        int[] light = map(table(Bench.candidates(3, 1, 3, 2)));
        int[] heavy = map(table(Bench.candidates(3, 4, 3, 2)));
        int moved = 0;
        for (int client = 0; client < CLIENTS; client++) {
            if (light[client] != heavy[client]) {
                moved++;
                assertThat(heavy[client]).isEqualTo(1);
            }
        }
        // From 1/9 to 4/12 of all.
        assertThat(moved / (double) CLIENTS).isCloseTo(4 / 12.0 - 1 / 9.0, Offset.offset(0.02));
    }

    @Test
    void theClientsOfALeaverSpreadOverAllOthers() {
        List<FakeCandidate> candidates = Bench.candidates(1, 1, 1, 1, 1);
        int[] before = map(table(candidates));
        int[] after = map(table(without(candidates, 0)));
        int[] taken = new int[5];
        int moved = 0;
        for (int client = 0; client < CLIENTS; client++) {
            if (before[client] == 0) {
                taken[after[client]]++;
                moved++;
            }
        }
        for (int other = 1; other < 5; other++) {
            assertThat(taken[other] / (double) moved).isCloseTo(0.25, Offset.offset(0.06));
        }
    }

    /** As the class comment states, with room for chance. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16, 63, 200, 1000})
    void sharesAreEvenToTheStatedDegree(int size) {
        int[] weights = new int[size];
        Arrays.fill(weights, 1);
        MaglevTable table = table(Bench.candidates(weights));
        int[] slots = new int[size];
        for (int slot = 0; slot < table.size(); slot++) {
            long hash = (long) slot << 32;
            slots[Bench.number(Objects.requireNonNull(table.owner(hash)))]++;
        }
        double each = table.size() / (double) size;
        double deviation = 0;
        for (int count : slots) {
            deviation += (count / each - 1) * (count / each - 1) / size;
        }
        assertThat(Math.sqrt(deviation)).isLessThan(1.5 / Math.sqrt(2 * each));
        assertThat(IntStream.of(slots))
                .allSatisfy(count -> assertThat(count / each).isBetween(0.6, 1.4));
    }

    @Test
    void sharesFollowWeights() {
        int[] map = map(table(Bench.candidates(1, 0, 2, 5, 8)));
        int[] counts = new int[5];
        for (int number : map) {
            counts[number]++;
        }
        assertThat(counts[1]).isZero();
        for (int i : new int[] {0, 2, 3, 4}) {
            double share = new double[] {1, 0, 2, 5, 8}[i] / 16;
            assertThat(counts[i] / (double) CLIENTS).isCloseTo(share, Offset.offset(0.02));
        }
    }

    @Test
    void grownTablesDoNotShrink() {
        List<Candidate> many = List.copyOf(
                Bench.candidates(IntStream.generate(() -> 1).limit(70).toArray()));
        assertThat(MaglevTable.of(many, 0).size()).isEqualTo(16_384);
        assertThat(MaglevTable.of(many.subList(0, 5), 0).size()).isEqualTo(4096);
        assertThat(MaglevTable.of(many.subList(0, 5), 16_384).size()).isEqualTo(16_384);
    }

    @Test
    void aFullEndpointsClientsSpreadOverTheOthersByWeightAndComeBack() {
        List<FakeCandidate> candidates = Bench.candidates(4, 1, 3);
        MaglevTable table = table(candidates);
        int[] before = map(table);
        candidates.get(0).limit = 0;
        int[] full = map(table);
        int[] taken = new int[3];
        for (int client = 0; client < CLIENTS; client++) {
            if (before[client] == 0) {
                taken[full[client]]++;
            } else {
                assertThat(full[client]).isEqualTo(before[client]);
            }
        }
        assertThat(taken[2] / (double) (taken[1] + taken[2])).isCloseTo(0.75, Offset.offset(0.05));
        candidates.get(0).limit = Integer.MAX_VALUE;
        assertThat(map(table)).isEqualTo(before);
    }

    @Test
    void findsTheLastUsableOneAmongAThousandFull() {
        int[] weights = new int[1000];
        Arrays.fill(weights, 65_535);
        weights[777] = 1;
        List<FakeCandidate> candidates = Bench.candidates(weights);
        candidates.forEach(candidate -> candidate.limit = Bench.number(candidate) == 777 ? 1 : 0);
        assertThat(map(table(candidates))).containsOnly(777);
    }

    /** Another node, another process, another version: the same client, the same endpoint. */
    @Test
    void everyNodeAgrees() {
        MaglevTable table = table(Bench.candidates(1, 1, 1, 1, 1, 1, 1));
        List<Integer> picks = new ArrayList<>();
        for (int client = 0; client < 12; client++) {
            picks.add(Bench.number(Objects.requireNonNull(table.owner(
                    StableHash.of(Bench.request(0xc0000200 + client).client().address())))));
        }
        assertThat(picks).containsExactly(2, 5, 6, 5, 5, 0, 3, 1, 6, 0, 6, 4);
    }
}
