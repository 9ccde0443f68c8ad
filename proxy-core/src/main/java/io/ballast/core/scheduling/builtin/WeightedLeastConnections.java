package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;

/** {@code wlc}: fewest open connections per weight ({@code ip_vs_wlc_schedule}). */
public final class WeightedLeastConnections implements SchedulerProvider {
    static final LoadKey KEY = LoadKey::perWeight;

    @Override
    public String name() {
        return "wlc";
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        return new LoadOrderedScheduler(KEY, "fewest open connections per weight", candidates);
    }
}
