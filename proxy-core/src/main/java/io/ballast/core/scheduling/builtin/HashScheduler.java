package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import io.ballast.core.scheduling.Preview;
import io.ballast.core.scheduling.Scheduler;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Picks by a hash of the request from a {@link MaglevTable}: what {@code sh}, {@code dh} and {@code mh} share.
 * Lock-free but for building the table, once, at the first pick of all; an update of a table in use is built by the
 * sync thread.
 */
final class HashScheduler implements Scheduler {
    private final ToLongFunction<PickRequest> key;
    private final String keyName;
    private final boolean needsPort;
    private final List<Candidate> candidates;
    private volatile @Nullable MaglevTable table;

    /**
     * @param keyName what is hashed, for people
     * @param needsPort the client's port is part of it
     */
    HashScheduler(ToLongFunction<PickRequest> key, String keyName, boolean needsPort, List<Candidate> candidates) {
        this.key = key;
        this.keyName = keyName;
        this.needsPort = needsPort;
        this.candidates = candidates;
    }

    @Override
    public @Nullable Candidate pick(PickRequest request) {
        return table().find(key.applyAsLong(request), request);
    }

    private MaglevTable table() {
        MaglevTable built = table;
        return built == null ? build() : built;
    }

    private synchronized MaglevTable build() {
        MaglevTable built = table;
        if (built == null) {
            built = MaglevTable.of(candidates, 0);
            table = built;
        }
        return built;
    }

    @Override
    public Preview preview(PickRequest request) {
        if (needsPort && request.client().port() == 0) {
            return new Preview(null, "hash of the " + keyName + ", and the port is not known");
        }
        Candidate picked = pick(request);
        Candidate owner = table().owner(key.applyAsLong(request));
        String why = owner == null || owner.equals(picked)
                ? "hash of the " + keyName
                : "hash of the " + keyName + "; its owner " + owner.address() + " cannot take it";
        return new Preview(picked, why);
    }

    @Override
    public Scheduler rebuilt(List<Candidate> after) {
        HashScheduler next = new HashScheduler(key, keyName, needsPort, after);
        MaglevTable built = table;
        if (built != null) {
            next.table = built.rebuilt(after);
        }
        return next;
    }
}
