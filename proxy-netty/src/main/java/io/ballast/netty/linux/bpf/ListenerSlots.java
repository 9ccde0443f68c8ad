package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Frontend;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which places of the socket map are taken, and by listeners bound where. Confined to one thread. */
final class ListenerSlots {

    private final BitSet taken = new BitSet();
    private final Map<Integer, Frontend> bound = new HashMap<>();

    /** Keeps places from being given out that entries of an earlier process still name. */
    void reserve(Collection<Steering> steerings) {
        steerings.stream()
                .filter(steering -> !steering.accepted().isEmpty())
                .forEach(steering -> taken.set(steering.listener()));
    }

    /** Lets the reserved places go; returns them. */
    Set<Integer> release() {
        Set<Integer> released = taken.stream().boxed().collect(Collectors.toSet());
        released.removeAll(bound.keySet());
        released.forEach(taken::clear);
        return released;
    }

    int take(Frontend own) {
        int slot = taken.nextClearBit(0);
        if (slot >= SocketLookupMaps.MOST_LISTENERS) {
            throw new IllegalStateException(
                    "All " + SocketLookupMaps.MOST_LISTENERS + " places for listeners are taken");
        }
        taken.set(slot);
        bound.put(slot, own);
        return slot;
    }

    /** Frees a place; returns where its listener was bound, or null if it was not taken. */
    @Nullable
    Frontend free(int slot) {
        taken.clear(slot);
        return bound.remove(slot);
    }

    /** Where the listeners are bound. */
    Collection<Frontend> bound() {
        return bound.values();
    }
}
