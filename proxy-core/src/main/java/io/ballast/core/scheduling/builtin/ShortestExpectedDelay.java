package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;

/** {@code sed}: fewest connections per weight, the new one counted ({@code ip_vs_sed_schedule}). */
public final class ShortestExpectedDelay implements SchedulerProvider {
    static final LoadKey KEY = (active, weight) -> LoadKey.perWeight(active + 1, weight);

    @Override
    public String name() {
        return "sed";
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        return new LoadOrderedScheduler(KEY, "shortest expected delay: (open connections + 1) / weight", candidates);
    }
}
