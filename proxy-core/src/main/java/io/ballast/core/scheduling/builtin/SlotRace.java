package io.ballast.core.scheduling.builtin;

import io.ballast.core.collect.StableHash;
import io.ballast.core.scheduling.Candidate;
import java.util.Arrays;
import java.util.List;

/**
 * Finds which endpoint reaches each slot of a {@link MaglevTable} first. Used once.
 *
 * <p>An endpoint of weight w is at the j-th of the m slots of its list when the j-th earliest of m exponentially
 * distributed times with rate w is to be expected. So, seen from one slot, the times of all endpoints are as good as
 * independent and exponential with their weights as rates, and the first of such is each one with a probability in
 * proportion to its weight. All slots are taken after about ln m / (sum of weights), so that some m ln m steps are run
 * altogether, however many endpoints there are: below a millisecond for 4 096 slots, ten to twenty for 65 536.
 */
final class SlotRace {
    private final List<Candidate> runners;
    private final char[] winners;
    private final double[] times;
    /** When a runner of weight 1 is at each slot of its list: 1/m + 1/(m-1) + ... */
    private final double[] clock;

    private int open;

    /**
     * @param size a power of two, at least 4
     */
    SlotRace(List<Candidate> runners, int size) {
        this.runners = runners;
        winners = new char[size];
        times = new double[size];
        clock = new double[size + 1];
        open = size;
    }

    /** Indexes of the winners; all 0 when nobody runs. */
    char[] run() {
        if (runners.isEmpty()) {
            return winners;
        }
        Arrays.fill(times, Double.POSITIVE_INFINITY);
        for (int step = 0; step < winners.length; step++) {
            clock[step + 1] = clock[step] + 1.0 / (winners.length - step);
        }
        double totalWeight = runners.stream().mapToLong(Candidate::weight).sum();
        int[] steps = new int[runners.size()];
        // By then one slot in all is still open, on average.
        for (double until = StrictMath.log(winners.length) / totalWeight; open > 0; until *= 2) {
            for (int runner = 0; runner < runners.size(); runner++) {
                steps[runner] = advance(runner, steps[runner], until);
            }
        }
        return winners;
    }

    /** Lets one run on from a step until a time; returns the step it is then before. */
    private int advance(int runner, int from, double until) {
        Course course = Course.of(runners.get(runner), winners.length);
        double weight = runners.get(runner).weight();
        int step = from;
        while (step < winners.length) {
            // A head start below one step, so that runners of one weight hardly ever draw.
            double time = (clock[step] + course.headStart * (clock[step + 1] - clock[step])) / weight;
            if (time > until) {
                break;
            }
            int slot = course.slot(step);
            if (time < times[slot]) {
                open -= times[slot] == Double.POSITIVE_INFINITY ? 1 : 0;
                times[slot] = time;
                winners[slot] = (char) runner;
            }
            step++;
        }
        return step;
    }

    /**
     * The order in which one endpoint goes through the slots: a permutation of 0 to m-1 keyed by its address, made of
     * additions, odd multiplications and shifts, each of which can be undone modulo m. Maglev's offset and skip are too
     * regular where everything hangs on who is first: some pairs would share 9 to 1.
     */
    private record Course(int mask, int shift, int offset, int first, int second, int third, double headStart) {
        static Course of(Candidate runner, int size) {
            long hash = StableHash.of(runner.address());
            long more = StableHash.mix(hash);
            long last = StableHash.mix(more);
            return new Course(
                    size - 1,
                    Integer.numberOfTrailingZeros(size) / 2,
                    (int) hash,
                    (int) (hash >>> Integer.SIZE) | 1,
                    (int) more | 1,
                    (int) (more >>> Integer.SIZE) | 1,
                    (last >>> 11) * 0x1.0p-53);
        }

        int slot(int step) {
            int slot = ((step + offset) * first) & mask;
            slot ^= slot >>> shift;
            slot = (slot * second) & mask;
            slot ^= slot >>> shift;
            return (slot * third) & mask;
        }
    }
}
