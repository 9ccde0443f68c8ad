package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A {@link WeightedDraw} that is made when first needed; two threads may both make it. <em>Thread-safe.</em> */
final class LazyDraw {
    private final List<Candidate> candidates;
    private final RandomGenerator random;
    private volatile @Nullable WeightedDraw made;

    LazyDraw(List<Candidate> candidates, RandomGenerator random) {
        this.candidates = candidates;
        this.random = random;
    }

    WeightedDraw get() {
        WeightedDraw draw = made;
        if (draw == null) {
            draw = new WeightedDraw(candidates, random);
            made = draw;
        }
        return draw;
    }
}
