package io.ballast.core.scheduling;

import io.ballast.core.model.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint a client is pinned to; a link of its bucket's chain and of the chain by age. There may be a quarter of
 * a million, hence bare fields: 56 bytes each. Guarded by the lock of its Service port.
 */
final class AffinityRecord {
    final long high;
    final long low;
    EndpointLoad endpoint;
    long lastUsedNanos;
    boolean removed;

    @Nullable
    AffinityRecord nextInBucket;

    @Nullable
    AffinityRecord older;

    @Nullable
    AffinityRecord newer;

    AffinityRecord(IpAddress client, EndpointLoad endpoint) {
        this.high = client.high();
        this.low = client.low();
        this.endpoint = endpoint;
    }

    boolean isOf(IpAddress client) {
        return high == client.high() && low == client.low();
    }
}
