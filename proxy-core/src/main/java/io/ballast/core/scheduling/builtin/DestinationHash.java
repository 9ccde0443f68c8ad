package io.ballast.core.scheduling.builtin;

import io.ballast.core.collect.StableHash;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;

/**
 * {@code dh}: a frontend address always leads to the same endpoint. As {@code ip_vs_dh}, on a {@link MaglevTable}: an
 * endpoint that cannot take a connection passes it on.
 */
public final class DestinationHash implements SchedulerProvider {
    @Override
    public String name() {
        return "dh";
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        return new HashScheduler(
                request -> StableHash.of(request.frontend().address()), "frontend's address", false, candidates);
    }
}
