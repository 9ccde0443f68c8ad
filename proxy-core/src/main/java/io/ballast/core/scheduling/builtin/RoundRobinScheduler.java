package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code rr}: the next endpoint after the last used one that can take the connection ({@code ip_vs_rr_schedule}). An
 * endpoint that is passed over gives its turn to nobody twice: whoever is picked becomes the last used, unless another
 * thread took the turn meanwhile. Lock-free; O(1) but for endpoints that are full or were tried, which are stepped over
 * one by one.
 *
 * <p>Turns are counted and never fail: event loops that pick at once need not try again.
 */
final class RoundRobinScheduler implements Scheduler {
    private final long seed;
    private final List<Candidate> candidates;
    /** Indexes of those with a weight. */
    private final int[] turns;
    /** The last used when this list came into force. */
    private final int lastBefore;

    private final long first;
    /** The next turn; modulo their number it is a place in {@link #turns}. */
    private final AtomicLong next;

    private RoundRobinScheduler(long seed, List<Candidate> candidates, int last) {
        this.seed = seed;
        this.candidates = candidates;
        turns = withWeight(candidates);
        lastBefore = last;
        first = turns.length == 0 ? 0 : firstBehind(Turn.begin(last, seed, candidates.size()));
        next = new AtomicLong(first);
    }

    private static int[] withWeight(List<Candidate> candidates) {
        int[] indexes = new int[candidates.size()];
        int count = 0;
        for (Candidate candidate : candidates) {
            if (candidate.weight() > 0) {
                indexes[count++] = candidate.index();
            }
        }
        return count == indexes.length ? indexes : Arrays.copyOf(indexes, count);
    }

    private int firstBehind(int index) {
        int place = 0;
        while (place < turns.length && turns[place] <= index) {
            place++;
        }
        return place % turns.length;
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        if (turns.length == 0) {
            return null;
        }
        long turn = next.getAndIncrement();
        int passed = passed(turn, request);
        if (passed != 0) {
            // Nobody: the turn is given back.
            next.compareAndSet(turn + 1, passed == turns.length ? turn : turn + 1 + passed);
        }
        return passed == turns.length ? null : at(turn + passed);
    }

    /** How many in turn cannot take the connection. */
    private int passed(long turn, PickRequest request) {
        int passed = 0;
        while (passed < turns.length && !request.accepts(at(turn + passed))) {
            passed++;
        }
        return passed;
    }

    private Candidate at(long turn) {
        return candidates.get(turns[(int) (turn % turns.length)]);
    }

    @Override
    public Preview preview(PickRequest request) {
        long turn = next.get();
        int passed = turns.length == 0 ? 0 : passed(turn, request);
        return new Preview(passed == turns.length ? null : at(turn + passed), "next in turn");
    }

    private int last() {
        long turn = next.get();
        return turn == first ? lastBefore : turns[(int) ((turn - 1) % turns.length)];
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        return new RoundRobinScheduler(seed, after, Turn.carried(candidates, last(), after));
    }

    /** Makes {@code rr}. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "rr";
        }

        @Override
        public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
            return new RoundRobinScheduler(context.seed(), candidates, Turn.UNSTARTED);
        }
    }
}
