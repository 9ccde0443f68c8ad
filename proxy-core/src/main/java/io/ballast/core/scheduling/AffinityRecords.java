package io.ballast.core.scheduling;

import io.ballast.core.model.IpAddress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ClientIP affinity of one Service port in one family: records by client, also chained by age. <em>Thread-safe</em>
 * under the lock of the Service port; what is marked so may be read without.
 *
 * <p>One record a client, for all frontends of the port and for both lists, so that a client which comes by two ways
 * settles on an endpoint that both ways allow.
 */
final class AffinityRecords {
    /** Records looked at in one hold of the lock: some microseconds. */
    private static final int CHUNK = 512;

    private final AffinityTable table;
    private final SpinningLock lock;
    private final AffinityIndex index;
    private final AffinityAges ages = new AffinityAges();
    private volatile boolean empty = true;
    private long timeoutNanos;

    AffinityRecords(AffinityTable table, SpinningLock lock) {
        this.table = table;
        this.lock = lock;
        index = new AffinityIndex(table.hashSeed());
    }

    /** 0 turns affinity off and forgets everything. */
    void timeout(long nanos) {
        lock.run(() -> {
            timeoutNanos = nanos;
            if (nanos == 0 && !empty) {
                clear();
            }
        });
    }

    private void clear() {
        for (AffinityRecord record = ages.oldest(); record != null; record = record.newer) {
            record.removed = true;
            record.endpoint.affinityRecords--;
        }
        int removed = index.size();
        index.clear();
        ages.clear();
        empty = true;
        table.removed(this, removed, true);
    }

    /** Where the client is pinned to now, null when nowhere. Changes nothing. */
    @Nullable
    EndpointLoad find(IpAddress client) {
        lock.lock();
        try {
            AffinityRecord record = index.find(client);
            return record == null || isExpired(record, table.now()) ? null : record.endpoint;
        } finally {
            lock.unlock();
        }
    }

    private boolean isExpired(AffinityRecord record, long now) {
        return now - record.lastUsedNanos >= timeoutNanos;
    }

    /** Pins the client, or pins it again: its time begins anew. Call {@link AffinityTable#enforceBound} afterwards. */
    void pin(IpAddress client, EndpointLoad endpoint) {
        lock.lock();
        try {
            if (timeoutNanos == 0) {
                return;
            }
            long now = table.now();
            AffinityRecord record = index.find(client);
            if (record == null) {
                removeExpired(now, 2);
                record = new AffinityRecord(client, endpoint);
                index.add(record);
                table.added(this, empty);
                empty = false;
            } else {
                ages.remove(record);
                record.endpoint.affinityRecords--;
            }
            endpoint.affinityRecords++;
            record.endpoint = endpoint;
            record.lastUsedNanos = now;
            ages.addNewest(record);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets that the client is pinned to this endpoint; another pin stays. */
    void unpin(IpAddress client, EndpointLoad endpoint) {
        lock.lock();
        try {
            AffinityRecord record = index.find(client);
            if (record != null && record.endpoint == endpoint) {
                remove(record);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets all pins to endpoints that can no longer be selected, from the newest to the oldest and a few at a time.
     * Pins that come meanwhile, or move to the newest end, are to endpoints that can be. Where another thread removes
     * the record to go on from, its link still leads to the older ones.
     */
    void removeUnselectable() {
        AffinityRecord resume = null;
        boolean begun = false;
        while (!begun || resume != null) {
            lock.lock();
            try {
                AffinityRecord record = begun ? resume : ages.newest();
                begun = true;
                for (int i = 0; i < CHUNK && record != null; i++) {
                    AffinityRecord older = record.older;
                    if (!record.removed && !record.endpoint.isSelectable()) {
                        remove(record);
                    }
                    record = older;
                }
                resume = record;
            } finally {
                lock.unlock();
            }
        }
    }

    void removeExpired() {
        lock.run(() -> removeExpired(table.now(), Integer.MAX_VALUE));
    }

    private void removeExpired(long now, int most) {
        for (int i = 0; i < most; i++) {
            AffinityRecord oldest = ages.oldest();
            if (oldest == null || !isExpired(oldest, now)) {
                return;
            }
            remove(oldest);
        }
    }

    void removeOldestIf(BooleanSupplier condition) {
        lock.run(() -> {
            AffinityRecord oldest = ages.oldest();
            if (oldest != null && condition.getAsBoolean()) {
                remove(oldest);
            }
        });
    }

    /** When the oldest record was last used; meaningless when empty. Without the lock: as of a moment ago. */
    long oldestNanos() {
        return ages.oldestNanos();
    }

    /** Without the lock: as of a moment ago. */
    boolean isEmpty() {
        return empty;
    }

    private void remove(AffinityRecord record) {
        record.removed = true;
        index.remove(record);
        ages.remove(record);
        record.endpoint.affinityRecords--;
        empty = index.size() == 0;
        table.removed(this, 1, empty);
    }
}
