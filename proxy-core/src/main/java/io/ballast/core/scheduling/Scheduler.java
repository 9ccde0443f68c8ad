package io.ballast.core.scheduling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks an endpoint for each new connection, out of one fixed list. To add one of your own, implement this and
 * {@link SchedulerProvider}, name the provider in {@code META-INF/services/io.ballast.core.scheduling.SchedulerProvider}
 * of your jar, put the jar on Ballast's class path, and write the provider's name into the annotation
 * {@code ballast.io/scheduler}.
 *
 * <h2>Life</h2>
 *
 * One scheduler serves one list of one Service port in one family (the endpoints of the whole cluster and those of this
 * node are two lists). When endpoints, weights or limits change it is not told: {@link #rebuilt} makes its successor,
 * which takes over whatever should survive, such as whose turn it is. Session affinity is not its business: a
 * connection that affinity can place never gets here. There may be 10 000 Services that nobody uses, so build tables at
 * the first pick rather than at creation.
 *
 * <h2>Threads</h2>
 *
 * {@link #pick} and {@link #preview} come from any thread, many at once, and must not block. A scheduler that answers
 * true to {@link #isSerialized} is called by one thread at a time, under a lock of its Service port, and in return sees
 * every change of load: the pick, the counting of its result and {@link #loadChanged} are one step then. A pick under
 * that lock should stay below a microsecond.
 */
public interface Scheduler {
    /**
     * The endpoint for a new connection, null when the request {@linkplain PickRequest#accepts accepts} none. Whatever
     * is returned must be an accepted candidate of this scheduler's list.
     */
    @Nullable
    Candidate pick(PickRequest request);

    /** The scheduler for the next list; this one gets no more picks once the new one is in force. Sync thread. */
    Scheduler rebuilt(List<Candidate> candidates);

    /**
     * What {@link #pick} would answer now. Must leave no trace: no turn is taken. At least one candidate is acceptable
     * when this is called.
     */
    default Preview preview(PickRequest request) {
        return new Preview(null, "this scheduler decides when the connection comes");
    }

    /** Whether calls must come one at a time, with {@link #loadChanged} after each change of load. */
    default boolean isSerialized() {
        return false;
    }

    /**
     * {@link Candidate#active} or {@link Candidate#isFull} of one candidate changed. Only for serialized schedulers;
     * called once for every candidate after creation, too.
     */
    default void loadChanged(Candidate candidate) {}
}
