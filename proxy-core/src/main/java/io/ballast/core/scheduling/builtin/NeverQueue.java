package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;

/** {@code nq}: the first idle endpoint, else as {@code sed} ({@code ip_vs_nq_schedule}). */
public final class NeverQueue implements SchedulerProvider {
    static final LoadKey KEY = (active, weight) -> active == 0 ? 0 : ShortestExpectedDelay.KEY.of(active, weight);

    @Override
    public String name() {
        return "nq";
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        return new LoadOrderedScheduler(KEY, "the first idle one, else the shortest expected delay", candidates);
    }
}
