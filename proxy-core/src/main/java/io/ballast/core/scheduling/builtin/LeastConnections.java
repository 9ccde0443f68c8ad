package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;

/** {@code lc}: fewest open connections, whatever the weight ({@code ip_vs_lc_schedule}). */
public final class LeastConnections implements SchedulerProvider {
    static final LoadKey KEY = (active, weight) -> active;

    @Override
    public String name() {
        return "lc";
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        return new LoadOrderedScheduler(KEY, "fewest open connections", candidates);
    }
}
