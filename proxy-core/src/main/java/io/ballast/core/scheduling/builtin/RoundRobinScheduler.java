package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code rr}: the next endpoint after the last used one that can take the connection ({@code ip_vs_rr_schedule}). An
 * endpoint that is passed over gives its turn to nobody twice: whoever is picked becomes the last used. Lock-free; O(1)
 * but for endpoints that are full or were tried, which are stepped over one by one.
 */
final class RoundRobinScheduler implements Scheduler {
    private final long seed;
    private final List<Candidate> candidates;
    private final int[] successors;
    private final AtomicInteger last;

    private RoundRobinScheduler(long seed, List<Candidate> candidates, int last) {
        this.seed = seed;
        this.candidates = candidates;
        this.successors = successors(candidates);
        this.last = new AtomicInteger(last);
    }

    /** For each index the next with a weight, itself where it is the only one; empty when nobody has a weight. */
    private static int[] successors(List<Candidate> candidates) {
        int size = candidates.size();
        int[] successors = new int[size];
        int next = -1;
        for (int step = 2 * size - 1; step >= 0; step--) {
            int index = step % size;
            successors[index] = next;
            next = candidates.get(index).weight() > 0 ? index : next;
        }
        return next < 0 ? new int[0] : successors;
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        while (true) {
            int used = last.get();
            Candidate next = after(used, request);
            if (next == null || last.compareAndSet(used, next.index())) {
                return next;
            }
        }
    }

    private @Nullable Candidate after(int used, PickRequest request) {
        if (successors.length == 0) {
            return null;
        }
        int index = Turn.begin(used, seed, candidates.size());
        for (int step = 0; step < candidates.size(); step++) {
            index = successors[index < 0 ? candidates.size() - 1 : index];
            Candidate candidate = candidates.get(index);
            if (request.accepts(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    @Override
    public Preview preview(PickRequest request) {
        return new Preview(after(last.get(), request), "next in turn");
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        return new RoundRobinScheduler(seed, after, Turn.carried(candidates, last.get(), after));
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
