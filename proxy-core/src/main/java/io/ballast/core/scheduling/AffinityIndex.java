package io.ballast.core.scheduling;

import io.ballast.core.collect.StableHash;
import io.ballast.core.model.IpAddress;
import org.jspecify.annotations.Nullable;

/** Finds a client's affinity record: a hash table with chained buckets. Guarded by the lock of its Service port. */
final class AffinityIndex {
    private static final int FIRST_CAPACITY = 16;

    private final long seed;
    private @Nullable AffinityRecord[] buckets = new @Nullable AffinityRecord[FIRST_CAPACITY];
    private int size;

    /**
     * @param seed nobody outside knows, so that nobody can choose addresses that collide
     */
    AffinityIndex(long seed) {
        this.seed = seed;
    }

    int size() {
        return size;
    }

    @Nullable
    AffinityRecord find(IpAddress client) {
        AffinityRecord record = buckets[bucketOf(client.high(), client.low())];
        while (record != null && !record.isOf(client)) {
            record = record.nextInBucket;
        }
        return record;
    }

    /** The client has no record yet. */
    void add(AffinityRecord record) {
        if (size == buckets.length) {
            grow();
        }
        link(record);
        size++;
    }

    void remove(AffinityRecord record) {
        int bucket = bucketOf(record.high, record.low);
        AffinityRecord before = buckets[bucket];
        if (before == record) {
            buckets[bucket] = record.nextInBucket;
        } else {
            while (before != null && before.nextInBucket != record) {
                before = before.nextInBucket;
            }
            if (before != null) {
                before.nextInBucket = record.nextInBucket;
            }
        }
        size--;
        if (size == 0) {
            clear();
        }
    }

    /** Gives the memory back, too. */
    void clear() {
        buckets = new @Nullable AffinityRecord[FIRST_CAPACITY];
        size = 0;
    }

    private void grow() {
        @Nullable AffinityRecord[] before = buckets;
        buckets = new @Nullable AffinityRecord[before.length * 2];
        for (AffinityRecord chain : before) {
            AffinityRecord record = chain;
            while (record != null) {
                AffinityRecord next = record.nextInBucket;
                link(record);
                record = next;
            }
        }
    }

    private void link(AffinityRecord record) {
        int bucket = bucketOf(record.high, record.low);
        record.nextInBucket = buckets[bucket];
        buckets[bucket] = record;
    }

    private int bucketOf(long high, long low) {
        return (int) StableHash.mix(StableHash.mix(high ^ seed) ^ low) & (buckets.length - 1);
    }
}
