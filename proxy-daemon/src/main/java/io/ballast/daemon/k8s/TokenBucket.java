package io.ballast.daemon.k8s;

import io.ballast.core.spi.Ticker;
import java.time.Duration;

/** Limits how often something happens: {@code qps} on average, {@code burst} at once. Confined to one thread. */
final class TokenBucket {
    private final Ticker ticker;
    private final double qps;
    private final int burst;
    private double tokens;
    private long filledAt;

    TokenBucket(Ticker ticker, double qps, int burst) {
        this.ticker = ticker;
        this.qps = qps;
        this.burst = Math.max(burst, 1);
        this.tokens = this.burst;
        this.filledAt = ticker.nanos();
    }

    /** Takes a token; how long to wait before using it. A rate of zero or less means no limit. */
    Duration take() {
        if (qps <= 0) {
            return Duration.ZERO;
        }
        long now = ticker.nanos();
        tokens = Math.min(burst, tokens + (now - filledAt) / 1e9 * qps);
        filledAt = now;
        tokens -= 1;
        return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / qps * 1e9));
    }
}
