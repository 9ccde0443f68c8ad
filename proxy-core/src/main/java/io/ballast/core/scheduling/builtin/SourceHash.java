package io.ballast.core.scheduling.builtin;

import io.ballast.core.collect.StableHash;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;

/**
 * {@code sh}: a client address always goes to the same endpoint. As {@code ip_vs_sh} without {@code sh-port} and with
 * {@code sh-fallback}, on a {@link MaglevTable}.
 */
public final class SourceHash implements SchedulerProvider {
    @Override
    public String name() {
        return "sh";
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        return new HashScheduler(
                request -> StableHash.of(request.client().address()), "client's address", false, candidates);
    }
}
