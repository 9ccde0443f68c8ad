package io.ballast.netty.repair;

import io.ballast.core.spi.Ticker;
import java.time.Duration;

/**
 * How often something is put back: some times at once, then with pauses. Who takes it each time shall not keep us, and
 * himself, busy. <em>Confined to the sync thread.</em>
 */
final class RepairBudget {
    static final int AT_ONCE = 10;
    static final Duration PAUSE = Duration.ofSeconds(10);

    private final Ticker ticker;
    private int left = AT_ONCE;
    /** Up to when the budget was refilled. */
    private long refilled;

    RepairBudget(Ticker ticker) {
        this.ticker = ticker;
        this.refilled = ticker.nanos();
    }

    /** Whether one more is due now. */
    boolean take() {
        long earned = (ticker.nanos() - refilled) / PAUSE.toNanos();
        if (earned > 0) {
            refilled += earned * PAUSE.toNanos();
            left = (int) Math.min(AT_ONCE, left + earned);
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
