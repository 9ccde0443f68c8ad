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
 * {@code p2c}: two independent random picks in proportion to weight, of which the one with fewer open connections per
 * weight is taken, the first when equal ({@code ip_vs_twos_schedule}). Nearly as even as {@code wlc}, lock-free. O(1).
 */
final class PowerOfTwoScheduler implements Scheduler {
    private final SchedulingContext context;
    private final LazyDraw choices;

    private PowerOfTwoScheduler(SchedulingContext context, List<Candidate> candidates) {
        this.context = context;
        choices = new LazyDraw(candidates, context.random());
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        WeightedDraw draw = choices.get();
        Candidate first = draw.draw(request);
        Candidate second = first == null ? null : draw.draw(request);
        if (first == null || second == null) {
            return first;
        }
        return perWeight(second) < perWeight(first) ? second : first;
    }

    private static long perWeight(Candidate candidate) {
        return LoadKey.perWeight(candidate.active(), candidate.weight());
    }

    @Override
    public Preview preview(PickRequest request) {
        return new Preview(null, "the less loaded per weight of two that chance draws");
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        return new PowerOfTwoScheduler(context, after);
    }

    /** Makes {@code p2c}. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "p2c";
        }

        @Override
        public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
            return new PowerOfTwoScheduler(context, candidates);
        }
    }
}
