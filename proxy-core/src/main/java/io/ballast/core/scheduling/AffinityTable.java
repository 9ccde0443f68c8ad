package io.ballast.core.scheduling;

import io.ballast.core.spi.Ticker;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All ClientIP affinity of the process, up to a bound; beyond it the record that was not used for longest goes, whoever
 * owns it. <em>Thread-safe.</em>
 *
 * <p>The records themselves lie with their Service ports, each under its own lock ({@link AffinityRecords}). Here is
 * only their number and who has any, so that no lock spans Services. To find the oldest of all, the oldest of each is
 * looked at; the answer holds until that owner's oldest is younger than the second oldest was, because an owner's
 * oldest record only ever gets younger.
 */
public final class AffinityTable {
    /** Design 3: a quarter of a million clients, some 15 MiB. */
    public static final int DEFAULT_MAX_ENTRIES = 262_144;

    private final int maxEntries;
    private final Ticker ticker;
    private final long hashSeed = ThreadLocalRandom.current().nextLong();
    private final AtomicInteger entries = new AtomicInteger();
    private final Set<AffinityRecords> owners = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Victim victim;

    public AffinityTable(int maxEntries, Ticker ticker) {
        this.maxEntries = maxEntries;
        this.ticker = ticker;
    }

    /** Records in all, including some that expired and nobody asked for since. */
    public int entries() {
        return entries.get();
    }

    /** Forgets what has expired; for a timer, so that the count does not show clients of yesterday. */
    public void removeExpired() {
        owners.forEach(AffinityRecords::removeExpired);
    }

    long now() {
        return ticker.nanos();
    }

    /** Differs from process to process, so that nobody can choose addresses that collide. */
    long hashSeed() {
        return hashSeed;
    }

    /** Counts; an owner calls this under its lock. */
    void added(AffinityRecords owner, boolean isFirst) {
        entries.getAndIncrement();
        if (isFirst) {
            owners.add(owner);
        }
    }

    /** Counts; an owner calls this under its lock. */
    void removed(AffinityRecords owner, int count, boolean isEmpty) {
        entries.getAndAdd(-count);
        if (isEmpty) {
            owners.remove(owner);
        }
    }

    /** Lets the oldest go while there are too many. Call without a lock. */
    void enforceBound() {
        while (entries.get() > maxEntries) {
            AffinityRecords oldest = ownerOfOldest();
            if (oldest == null) {
                return;
            }
            oldest.removeOldestIf(this::isOverBound);
        }
    }

    private boolean isOverBound() {
        return entries.get() > maxEntries;
    }

    private @Nullable AffinityRecords ownerOfOldest() {
        Victim known = victim;
        if (known != null && known.stillHasOldest()) {
            return known.owner;
        }
        AffinityRecords oldest = null;
        long now = now();
        long second = now;
        for (AffinityRecords owner : owners) {
            if (oldest == null || owner.oldestNanos() - oldest.oldestNanos() < 0) {
                second = oldest == null ? now : older(second, oldest.oldestNanos());
                oldest = owner;
            } else {
                second = older(second, owner.oldestNanos());
            }
        }
        victim = oldest == null ? null : new Victim(oldest, second);
        return oldest;
    }

    private static long older(long a, long b) {
        return a - b < 0 ? a : b;
    }

    /**
     * Who has the oldest record.
     *
     * @param untilNanos nobody else has a record older than this
     */
    private record Victim(AffinityRecords owner, long untilNanos) {
        boolean stillHasOldest() {
            return !owner.isEmpty() && owner.oldestNanos() - untilNanos <= 0;
        }
    }
}
