package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import io.ballast.core.scheduling.Scheduler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Picks the best by a {@link LoadOrder}: what {@code lc}, {@code wlc}, {@code sed} and {@code nq} share. */
final class LoadOrderedScheduler implements Scheduler {
    private final LoadOrder order;
    private final String why;
    private final List<Candidate> candidates;
    private @Nullable LoadHeap heap;

    /**
     * @param why what the order prefers, for people
     */
    LoadOrderedScheduler(LoadOrder order, String why, List<Candidate> candidates) {
        this.order = order;
        this.why = why;
        this.candidates = candidates;
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        LoadHeap built = heap;
        if (built == null) {
            built = new LoadHeap(candidates, order);
            heap = built;
        }
        return built.best(request);
    }

    @Override
    public void loadChanged(Candidate candidate) {
        if (heap != null) {
            heap.update(candidate.index());
        }
    }

    @Override
    public Preview preview(PickRequest request) {
        return new Preview(pick(request), why + ", the first of the list where several are equal");
    }

    @Override
    public boolean isSerialized() {
        return true;
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        return new LoadOrderedScheduler(order, why, after);
    }
}
