package io.ballast.core.scheduling;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Scheduler} would pick, and why. <em>Immutable.</em>
 *
 * @param candidate null where that is not known before the pick, as with random choice, or where there is none
 * @param why one clause for people, such as {@code "fewest open connections (2), first in the list"}
 */
public record Preview(@Nullable Candidate candidate, String why) {}
