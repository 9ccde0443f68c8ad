package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code random}: any endpoint, in proportion to its weight; with equal weights what kube-proxy's iptables and nftables
 * modes do. O(1).
 */
final class RandomScheduler implements Scheduler {
    private final SchedulingContext context;
    private final LazyDraw choices;

    private RandomScheduler(SchedulingContext context, List<Candidate> candidates) {
        this.context = context;
        choices = new LazyDraw(candidates, context.random());
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        return choices.get().draw(request);
    }

    @Override
    public Preview preview(PickRequest request) {
        return new Preview(null, "chance decides, in proportion to weight");
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        return new RandomScheduler(context, after);
    }

    /** Makes {@code random}. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "random";
        }

        @Override
        public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
            return new RandomScheduler(context, candidates);
        }
    }
}
