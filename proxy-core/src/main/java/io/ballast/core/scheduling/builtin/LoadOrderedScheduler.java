package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import io.ballast.core.scheduling.Scheduler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks the best by a {@link LoadKey}, the first of the list where several are equal: what {@code lc}, {@code wlc},
 * {@code sed} and {@code nq} share. Serialized; O(log n).
 *
 * <p>The order is that of the loads as of the last {@link #loadChanged} of each endpoint, while other threads count.
 */
final class LoadOrderedScheduler implements Scheduler {
    private final LoadKey key;
    private final String why;
    private final List<Candidate> candidates;
    private @Nullable KeyTree keys;

    /**
     * @param why what the order prefers, for people
     */
    LoadOrderedScheduler(LoadKey key, String why, List<Candidate> candidates) {
        this.key = key;
        this.why = why;
        this.candidates = candidates;
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        KeyTree tree = keys();
        Candidate best = first(tree);
        return best == null || !request.hasTried(best) ? best : firstUntried(tree, request);
    }

    /** Hides those that were tried while it looks. */
    private @Nullable Candidate firstUntried(KeyTree tree, PickRequest request) {
        List<Candidate> hidden = new ArrayList<>();
        Candidate best = first(tree);
        while (best != null && request.hasTried(best)) {
            tree.set(best.index(), KeyTree.NONE);
            hidden.add(best);
            best = first(tree);
        }
        hidden.forEach(candidate -> tree.set(candidate.index(), key(candidate)));
        return best;
    }

    private @Nullable Candidate first(KeyTree tree) {
        int index = tree.first();
        return index < 0 ? null : candidates.get(index);
    }

    private KeyTree keys() {
        KeyTree tree = keys;
        if (tree == null) {
            tree = new KeyTree(candidates.stream().mapToLong(this::key).toArray());
            keys = tree;
        }
        return tree;
    }

    private long key(Candidate candidate) {
        int weight = candidate.weight();
        return weight == 0 || candidate.isFull() ? KeyTree.NONE : key.of(candidate.active(), weight);
    }

    @Override
    public void loadChanged(Candidate candidate) {
        if (keys != null) {
            keys.set(candidate.index(), key(candidate));
        }
    }

    @Override
    public Preview preview(PickRequest request) {
        return new Preview(pick(request), why + ", the first of the list where several are equal");
    }

    @Override
    public boolean isSerialized() {
        return true;
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        return new LoadOrderedScheduler(key, why, after);
    }
}
