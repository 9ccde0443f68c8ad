package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import io.ballast.core.scheduling.Scheduler;
import io.ballast.core.scheduling.SchedulerProvider;
import io.ballast.core.scheduling.SchedulingContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code wrr}: the interleaved weighted turns of {@code ip_vs_wrr_schedule}. Serialized; O(log n).
 *
 * <p>Laps over the list with a falling threshold: in each lap everybody with at least that weight gets a turn, then the
 * threshold drops by the greatest common divisor of all weights, and from its lowest value back to the highest. IPVS
 * walks the list and lives through laps in which nobody qualifies (65 534 of them when a heavy endpoint is full next to
 * light ones); here a tree of maxima finds the next, and the threshold skips such laps at once. The sequence is the
 * same. Unlike IPVS, which goes back to the first endpoint at each change, the turn is kept.
 */
final class WeightedRoundRobinScheduler implements Scheduler {
    private final long seed;
    private final List<Candidate> candidates;
    private final int divisor;
    private final int highest;
    private int last;
    private int threshold;
    private @Nullable WeightTree usable;

    private WeightedRoundRobinScheduler(long seed, List<Candidate> candidates, int last, int threshold) {
        this.seed = seed;
        this.candidates = candidates;
        this.last = last;
        divisor = candidates.stream().mapToInt(Candidate::weight).reduce(0, WeightedRoundRobinScheduler::gcd);
        int max = candidates.stream().mapToInt(Candidate::weight).max().orElse(0);
        highest = max - Math.max(0, divisor - 1);
        boolean keep = threshold > 0 && threshold <= highest;
        // As ip_vs_wrr_dest_changed: onto the new raster, which begins at 1.
        this.threshold = keep && divisor > 1 ? threshold / divisor * divisor + 1 : keep ? threshold : highest;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        WeightTree tree = usable();
        int lastBefore = last;
        int thresholdBefore = threshold;
        List<Candidate> hidden = new ArrayList<>(0);
        Candidate next = next(tree);
        while (next != null && request.hasTried(next)) {
            tree.set(next.index(), 0);
            hidden.add(next);
            next = next(tree);
        }
        hidden.forEach(candidate -> tree.set(candidate.index(), usableWeight(candidate)));
        if (next == null) {
            last = lastBefore;
            threshold = thresholdBefore;
        }
        return next;
    }

    /** Takes the turn. */
    private @Nullable Candidate next(WeightTree tree) {
        if (tree.max() == 0) {
            return null;
        }
        int found = tree.first(Turn.begin(last, seed, candidates.size()) + 1, threshold);
        if (found < 0) {
            lowerThreshold(tree.max());
            found = tree.first(0, threshold);
        }
        last = found;
        return candidates.get(found);
    }

    /** One step, with the wrap at the bottom, and then to where somebody qualifies. */
    private void lowerThreshold(int max) {
        threshold -= divisor;
        if (threshold <= 0) {
            threshold = highest;
        }
        if (threshold > max) {
            int steps = (threshold - max + divisor - 1) / divisor;
            threshold -= steps * divisor;
        }
    }

    private WeightTree usable() {
        WeightTree tree = usable;
        if (tree == null) {
            tree = new WeightTree(candidates.stream()
                    .mapToInt(WeightedRoundRobinScheduler::usableWeight)
                    .toArray());
            usable = tree;
        }
        return tree;
    }

    private static int usableWeight(Candidate candidate) {
        return candidate.isFull() ? 0 : candidate.weight();
    }

    @Override
    public void loadChanged(Candidate candidate) {
        WeightTree tree = usable;
        if (tree != null && tree.get(candidate.index()) != usableWeight(candidate)) {
            tree.set(candidate.index(), usableWeight(candidate));
        }
    }

    @Override
    public Preview preview(PickRequest request) {
        int lastBefore = last;
        int thresholdBefore = threshold;
        Candidate next = pick(request);
        String why = "next in turn among those of weight " + threshold + " or more";
        last = lastBefore;
        threshold = thresholdBefore;
        return new Preview(next, why);
    }

    @Override
    public boolean isSerialized() {
        return true;
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        return new WeightedRoundRobinScheduler(seed, after, Turn.carried(candidates, last, after), threshold);
    }

    /** Makes {@code wrr}. */
    public static final class Provider implements SchedulerProvider {
        @Override
        public String name() {
            return "wrr";
        }

        @Override
        public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
            return new WeightedRoundRobinScheduler(context.seed(), candidates, Turn.UNSTARTED, 0);
        }
    }
}
