package io.ballast.core.scheduling;

import org.jspecify.annotations.Nullable;

/** Affinity records from the longest unused to the last used. Guarded by the lock of their Service port. */
final class AffinityAges {
    private @Nullable AffinityRecord oldest;
    private @Nullable AffinityRecord newest;
    /** Also read without the lock. */
    private volatile long oldestNanos;

    @Nullable
    AffinityRecord oldest() {
        return oldest;
    }

    @Nullable
    AffinityRecord newest() {
        return newest;
    }

    /** When the oldest was last used; meaningless when there is none. Without the lock: as of a moment ago. */
    long oldestNanos() {
        return oldestNanos;
    }

    void addNewest(AffinityRecord record) {
        record.older = newest;
        record.newer = null;
        if (newest == null) {
            becomeOldest(record);
        } else {
            newest.newer = record;
        }
        newest = record;
    }

    void remove(AffinityRecord record) {
        if (record.older == null) {
            becomeOldest(record.newer);
        } else {
            record.older.newer = record.newer;
        }
        if (record.newer == null) {
            newest = record.older;
        } else {
            record.newer.older = record.older;
        }
    }

    private void becomeOldest(@Nullable AffinityRecord record) {
        oldest = record;
        if (record != null) {
            oldestNanos = record.lastUsedNanos;
        }
    }

    void clear() {
        oldest = null;
        newest = null;
    }
}
