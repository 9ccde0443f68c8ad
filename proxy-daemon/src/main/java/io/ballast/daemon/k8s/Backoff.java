package io.ballast.daemon.k8s;

import io.ballast.core.spi.Ticker;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: client-go's reflector backoff. Doubles from the first delay to the limit,
 * each with up to as much again at random, so that thousands of nodes do not come back at one instant; begins anew when
 * none was needed for a while. Confined to one thread.
 */
final class Backoff {
    private final Ticker ticker;
    private final RandomGenerator random;
    private final Duration first;
    private final Duration limit;
    private final Duration reset;
    private Duration base;
    private long lastUsed;

    Backoff(Ticker ticker, RandomGenerator random, Duration first, Duration limit, Duration reset) {
        this.ticker = ticker;
        this.random = random;
        this.first = first;
        this.limit = limit;
        this.reset = reset;
        this.base = first;
        this.lastUsed = ticker.nanos();
    }

    Duration next() {
        long now = ticker.nanos();
        if (now - lastUsed > reset.toNanos()) {
            base = first;
        }
        lastUsed = now;
        Duration delay = base.plusNanos(random.nextLong(base.toNanos()));
        Duration doubled = base.multipliedBy(2);
        base = doubled.compareTo(limit) > 0 ? limit : doubled;
        return delay;
    }
}
