package io.ballast.daemon.k8s;

import io.ballast.core.model.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: client-go's reflector backoff. Doubles from the first delay to the limit,
 * each with up to as much again at random, so that thousands of nodes do not come back at one instant. Unlike client-go's
 * it begins anew as soon as something succeeded: an outage is not made longer by the one before. Confined to one thread.
 */
final class Backoff {
    private final RandomGenerator random;
    private final Duration first;
    private final Duration limit;
    private Duration base;

    Backoff(RandomGenerator random, Duration first, Duration limit) {
        this.random = random;
        this.first = first;
        this.limit = limit;
        this.base = first;
    }

    Duration next() {
        Duration now = base;
        base = Durations.shorter(base.multipliedBy(2), limit);
        return now.plusNanos(random.nextLong(now.toNanos()));
    }

    /** It went well. */
    void reset() {
        base = first;
    }
}
