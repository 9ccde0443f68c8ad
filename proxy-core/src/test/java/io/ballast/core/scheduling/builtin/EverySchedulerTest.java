package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.SchedulerRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for all eleven. */
class EverySchedulerTest {
    static Stream<String> names() {
        return SchedulerRegistry.load(EverySchedulerTest.class.getClassLoader()).names().stream();
    }

    @Test
    void thereAreEleven() {
        assertThat(names())
                .containsExactlyInAnyOrder("rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh", "random", "p2c");
    }

    @ParameterizedTest
    @MethodSource("names")
    void picksNobodyFromAnEmptyList(String name) {
        assertThat(Bench.of(name).picks(2, true)).containsOnly(-1);
    }

    @ParameterizedTest
    @MethodSource("names")
    void picksNobodyWhenAllWeightsAreZero(String name) {
        assertThat(Bench.of(name, 0, 0, 0).picks(2, true)).containsOnly(-1);
    }

    @ParameterizedTest
    @MethodSource("names")
    void picksTheOnlyOne(String name) {
        assertThat(Bench.of(name, 3).picks(5, true)).containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("names")
    void picksNobodyWhenAllWereTriedOrAreFull(String name) {
        Bench bench = Bench.of(name, 1, 2, 3);
        bench.candidates().get(2).limit = 1;
        bench.load(bench.candidates().get(2), 1);
        PickRequest request = Bench.request(1, FakeCandidate.address(0), FakeCandidate.address(1));
        assertThat(bench.pick(request)).isNull();
        bench.load(bench.candidates().get(2), 0);
        assertThat(bench.pick(request)).isEqualTo(bench.candidates().get(2));
    }

    @ParameterizedTest
    @MethodSource("names")
    void takesUpAnEndpointThatComes(String name) {
        Bench bench = Bench.of(name, 0, 0);
        bench.picks(3, true);
        bench.update(new TreeMap<>(Map.of(0, 0, 1, 0, 2, 7)));
        assertThat(bench.picks(3, true)).containsOnly(2);
    }

    @ParameterizedTest
    @MethodSource("names")
    void leavesAnEndpointThatDrainsOrGoes(String name) {
        Bench bench = Bench.of(name, 1, 1, 1);
        bench.picks(10, true);
        bench.update(new TreeMap<>(Map.of(0, 0, 1, 1, 2, 1)));
        assertThat(bench.picks(30, false)).doesNotContain(0);
        bench.update(new TreeMap<>(Map.of(0, 0, 2, 1)));
        assertThat(bench.picks(30, false)).containsOnly(2);
    }

    @ParameterizedTest
    @MethodSource("names")
    void neverPicksWhatTheRequestDoesNotAccept(String name) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        Bench bench = Bench.of(name, random.ints(1000, 0, 3).toArray());
        for (int step = 0; step < 2000; step++) {
            FakeCandidate some = bench.candidates().get(random.nextInt(1000));
            some.limit = random.nextInt(4) == 0 ? 0 : Integer.MAX_VALUE;
            bench.load(some, some.active);
            PickRequest request =
                    Bench.request(random.nextInt(), some.address(), FakeCandidate.address(1000 + random.nextInt(9)));
            Candidate picked = Objects.requireNonNull(bench.pick(request));
            assertThat(request.accepts(picked)).isTrue();
            bench.load((FakeCandidate) picked, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void previewsWithoutATrace(String name) {
        int[] weights = {3, 1, 2, 5};
        Bench watched = Bench.of(name, weights);
        Bench alone = Bench.of(name, weights);
        for (int step = 0; step < 50; step++) {
            Candidate expected =
                    watched.scheduler().preview(Bench.request(step)).candidate();
            Candidate picked = Objects.requireNonNull(watched.pick(Bench.request(step)));
            assertThat(picked.index())
                    .isEqualTo(Objects.requireNonNull(alone.pick(Bench.request(step)))
                            .index());
            if (expected != null) {
                assertThat(picked).isEqualTo(expected);
            }
        }
    }
}
