package io.ballast.core.scheduling.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of connections that come and go and endpoints that come, go, drain, fill up and change weight: every
 * pick is the one that a plain reading of IPVS gives.
 */
class IpvsHistoryPropertyTest {
    private static final int HISTORIES = 150;
    private static final int STEPS = 250;
    private static final int[] WEIGHTS = {1, 1, 1, 2, 3, 4, 6, 0, 10, 100, 65_535};

    @ParameterizedTest
    @ValueSource(strings = {"rr", "wrr", "lc", "wlc", "sed", "nq"})
    void picksAsIpvsDoes(String name) {
        for (int seed = 0; seed < HISTORIES; seed++) {
            new History(name, seed).run();
        }
    }

    private static final class History {
        private final String name;
        private final int seed;
        private final SplittableRandom random;
        private final TreeMap<Integer, Integer> weights = new TreeMap<>();
        private final Bench bench;
        private final IpvsOracle oracle;
        /** Heavy weights make the plain wrr walk for ages. */
        private final int weightKinds;

        History(String name, int seed) {
            this.name = name;
            this.seed = seed;
            random = new SplittableRandom(seed);
            bench = Bench.of(Bench.provider(name), seed);
            oracle = IpvsOracle.of(name, seed);
            weightKinds = seed % 3 == 0 ? 3 : name.equals("wrr") ? WEIGHTS.length - 1 : WEIGHTS.length;
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                int dice = random.nextInt(20);
                if (step == 0 || dice == 0) {
                    changeEndpoints();
                } else if (dice == 1 && !bench.candidates().isEmpty()) {
                    changeLimit();
                } else if (dice < 8) {
                    endSomeConnection();
                } else {
                    pick(step);
                }
            }
        }

        private void changeEndpoints() {
            List<FakeCandidate> before = bench.candidates();
            int kind = random.nextInt(12);
            if (kind == 0) {
                weights.replaceAll((number, weight) -> 0);
            } else if (kind == 1) {
                weights.clear();
            } else {
                for (int i = random.nextInt(1, 5); i > 0; i--) {
                    int number = random.nextInt(12);
                    if (kind < 5) {
                        weights.remove(number);
                    } else {
                        weights.put(number, WEIGHTS[random.nextInt(weightKinds)]);
                    }
                }
            }
            bench.update(weights);
            oracle.changed(before, bench.candidates());
        }

        private void changeLimit() {
            FakeCandidate some = someCandidate();
            some.limit = random.nextInt(6) + 1;
            bench.load(some, some.active);
        }

        private void endSomeConnection() {
            if (!bench.candidates().isEmpty() && someCandidate().active > 0) {
                FakeCandidate some = someCandidate();
                bench.load(some, Math.max(0, some.active - 1));
            }
        }

        private FakeCandidate someCandidate() {
            return bench.candidates().get(random.nextInt(bench.candidates().size()));
        }

        private void pick(int step) {
            PickRequest request = Bench.request(step, tried());
            String state = name + ", history " + seed + ", step " + step + ", " + bench.candidates() + ", tried "
                    + request.tried();
            Candidate expected = oracle.pick(bench.candidates(), request);
            if (expected != null) {
                Preview preview = bench.scheduler().preview(request);
                assertThat(preview.candidate()).as("preview of " + state).isEqualTo(expected);
            }
            assertThat(bench.pick(request)).as(state).isEqualTo(expected);
        }

        private AddressPort[] tried() {
            List<AddressPort> tried = new ArrayList<>();
            if (random.nextInt(4) == 0) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    AddressPort address = FakeCandidate.address(random.nextInt(12));
                    if (!tried.contains(address)) {
                        tried.add(address);
                    }
                }
            }
            return tried.toArray(AddressPort[]::new);
        }
    }
}
