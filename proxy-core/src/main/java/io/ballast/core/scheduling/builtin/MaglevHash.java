package io.ballast.core.scheduling.builtin;

import io.ballast.core.collect.StableHash;
import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;

/**
 * {@code mh}: a client address and port always goes to the same endpoint. As {@code ip_vs_mh} with the flag
 * {@code mh-port}, which kube-proxy sets, and with {@code mh-fallback}.
 */
public final class MaglevHash implements SchedulerProvider {
    @Override
    public String name() {
        return "mh";
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        return new HashScheduler(
                request -> StableHash.of(request.client()), "client's address and port", true, candidates);
    }
}
