package io.ballast.core.scheduling;

import java.util.List;

/**
 * Makes the {@linkplain Scheduler schedulers} of one name. Found with {@link java.util.ServiceLoader}: needs a public
 * class with a public constructor without parameters. <em>Thread-safe.</em>
 */
public interface SchedulerProvider {
    /** What annotations and flags call it: lower-case letters, digits and hyphens. Names of built-ins are taken. */
    String name();

    /**
     * A scheduler for a Service port that had none of this name until now. Must not fail for any list: it may be empty,
     * and all weights may be 0. Sync thread.
     *
     * @param candidates sorted by address; unmodifiable
     */
    Scheduler create(SchedulingContext context, List<Candidate> candidates);
}
