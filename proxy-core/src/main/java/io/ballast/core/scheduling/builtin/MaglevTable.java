package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many slots, each owned by one endpoint; a client's hash selects a slot. <em>Immutable.</em>
 *
 * <p>Built from preference lists as Maglev's (Eisenbud et al., NSDI 2016): each endpoint goes through all slots in an
 * order of its own, which its address decides, and its weight is the speed at which it goes. A slot belongs to
 * <em>whoever reaches it first</em>. There Maglev differs: its endpoints take turns and hop over slots that are taken,
 * which makes shares equal to a slot, but who gets what then depends on everybody, so that an endpoint that leaves also
 * moves some clients of others. Here the moment at which an endpoint reaches a slot depends on these two alone
 * ({@link SlotRace}). So when an endpoint leaves, exactly its own clients move; when one comes, or gains weight, clients
 * move to it and nowhere else; and two nodes, or one before and after a restart, agree on every client. The price is
 * that shares vary, with a standard deviation of about 1/sqrt(2 * slots per endpoint): 2 % for 5 endpoints, at most 9 %.
 */
final class MaglevTable {
    /** Powers of two, the smallest as large as IPVS's default table. */
    private static final int[] SIZES = {1 << 12, 1 << 14, 1 << 16, 1 << 18};

    private static final int SLOTS_PER_ENDPOINT = 64;
    private static final int MAX_ENDPOINTS = Character.MAX_VALUE;
    private static final int PROBES = 64;

    private final List<Candidate> owners;
    /** Index into {@code owners} of each slot's owner. */
    private final char[] slots;

    private MaglevTable(List<Candidate> owners, char[] slots) {
        this.owners = owners;
        this.slots = slots;
    }

    /**
     * @param atLeastSlots size of the table before this one: a table never shrinks, since all clients move when the size
     *     changes
     */
    static MaglevTable of(List<Candidate> candidates, int atLeastSlots) {
        List<Candidate> owners = owners(candidates);
        int size = SIZES[SIZES.length - 1];
        for (int i = SIZES.length - 2; i >= 0; i--) {
            boolean enough = SIZES[i] >= Math.max(atLeastSlots, owners.size() * SLOTS_PER_ENDPOINT);
            size = enough ? SIZES[i] : size;
        }
        return new MaglevTable(owners, new SlotRace(owners, size).run());
    }

    private static List<Candidate> owners(List<Candidate> candidates) {
        return candidates.stream()
                .filter(candidate -> candidate.weight() > 0)
                .limit(MAX_ENDPOINTS)
                .toList();
    }

    int size() {
        return slots.length;
    }

    /** The table for a new list, at no cost where all that counts is the same. */
    MaglevTable rebuilt(List<Candidate> candidates) {
        List<Candidate> next = owners(candidates);
        return isMadeOf(next) ? new MaglevTable(next, slots) : of(candidates, slots.length);
    }

    private boolean isMadeOf(List<Candidate> others) {
        if (others.size() != owners.size()) {
            return false;
        }
        for (int i = 0; i < others.size(); i++) {
            Candidate mine = owners.get(i);
            Candidate other = others.get(i);
            if (mine.weight() != other.weight() || !mine.address().equals(other.address())) {
                return false;
            }
        }
        return true;
    }

    /**
     * The owner of the client's slot; where it cannot take the connection, the owner of the next slot of a walk that is
     * the client's own, so that the clients of a full endpoint spread over all others by weight.
     */
    @Nullable
    Candidate find(long hash, PickRequest request) {
        if (owners.isEmpty()) {
            return null;
        }
        int slot = slot(hash);
        // Odd, so that the walk meets every slot of a power of two.
        int step = (int) hash | 1;
        for (int probe = 0; probe < PROBES; probe++) {
            Candidate owner = owners.get(slots[slot]);
            if (request.accepts(owner)) {
                return owner;
            }
            slot = (slot + step) & (slots.length - 1);
        }
        return anyOther(Math.floorMod(hash, owners.size()), request);
    }

    /** The owner of the client's slot, usable or not. */
    @Nullable
    Candidate owner(long hash) {
        return owners.isEmpty() ? null : owners.get(slots[slot(hash)]);
    }

    private int slot(long hash) {
        return (int) (hash >>> Integer.SIZE) & (slots.length - 1);
    }

    /** Hardly anybody is left, or only those of little weight. */
    private @Nullable Candidate anyOther(int start, PickRequest request) {
        for (int i = 0; i < owners.size(); i++) {
            Candidate candidate = owners.get((start + i) % owners.size());
            if (request.accepts(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
