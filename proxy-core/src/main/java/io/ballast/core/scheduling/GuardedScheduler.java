package io.ballast.core.scheduling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in's scheduler, kept from harming the data path: at its first exception or illegal pick the fallback takes
 * over, until the endpoints or the annotation change. <em>Thread-safe</em>, as far as the plug-in is.
 */
final class GuardedScheduler implements Scheduler {
    private final Scheduler plugin;
    private final Scheduler fallback;
    private final List<Candidate> candidates;
    private final String className;
    private final boolean serialized;
    private volatile boolean broken;

    GuardedScheduler(Scheduler plugin, Scheduler fallback, List<Candidate> candidates, String className) {
        this.plugin = plugin;
        this.fallback = fallback;
        this.candidates = candidates;
        this.className = className;
        serialized = plugin.isSerialized();
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        if (!broken) {
            try {
                Candidate picked = plugin.pick(request);
                if (picked == null || isLegal(picked, request)) {
                    // Full by now, or picked although it was: the fallback finds another, or knows that there is none.
                    return picked == null || !picked.isFull() ? picked : fallback.pick(request);
                }
                fail(new IllegalStateException("picked what it may not pick: " + picked.address()));
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
            }
        }
        return fallback.pick(request);
    }

    private boolean isLegal(Candidate picked, PickRequest request) {
        int index = picked.index();
        return index >= 0
                && index < candidates.size()
                && candidates.get(index).equals(picked)
                && picked.weight() > 0
                && !request.hasTried(picked);
    }

    private void fail(Throwable failure) {
        broken = true;
        GuardedProvider.report(failure, className);
    }

    @Override
    public Preview preview(PickRequest request) {
        if (!broken) {
            try {
                return plugin.preview(request);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
            }
        }
        return fallback.preview(request);
    }

    @Override
    public void loadChanged(Candidate candidate) {
        if (!broken) {
            try {
                plugin.loadChanged(candidate);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                fail(e);
            }
        }
    }

    @Override
    public boolean isSerialized() {
        return serialized;
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        Scheduler safe = fallback.rebuilt(after);
        try {
            return new GuardedScheduler(plugin.rebuilt(after), safe, after, className);
        } catch (RuntimeException | LinkageError e) {
            GuardedProvider.report(e, className);
            return safe;
        }
    }
}
