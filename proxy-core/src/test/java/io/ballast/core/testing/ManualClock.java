package io.ballast.core.testing;

import io.ballast.core.spi.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Wall clock and ticker in one; both stand still until they are told to move. <em>Thread-safe.</em> */
public final class ManualClock implements Ticker, InstantSource {
    private Duration passed = Duration.ZERO;

    public synchronized void advance(Duration duration) {
        passed = passed.plus(duration);
    }

    /** Starts at 2026-01-01T00:00:00Z. */
    @Override
    public synchronized Instant instant() {
        return Instant.parse("2026-01-01T00:00:00Z").plus(passed);
    }

    /** Starts where a sum soon overflows. */
    @Override
    public synchronized long nanos() {
        return Long.MAX_VALUE - 1_000_000_000L + passed.toNanos();
    }
}
