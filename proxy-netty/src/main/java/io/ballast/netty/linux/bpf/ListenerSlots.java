package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Frontend;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which places of the socket map are taken, and by listeners bound where. Confined to one thread. */
final class ListenerSlots {

    private final BitSet taken = new BitSet();
    private final Map<Integer, Optional<Frontend>> bound = new HashMap<>();

    /** Keeps places from being given out that entries of an earlier process still name. */
    void reserve(Collection<Steering> steerings) {
        steerings.stream()
                .filter(steering -> !steering.accepted().isEmpty() && steering.listener() != Steering.BOUND)
                .forEach(steering -> taken.set(steering.listener()));
    }

    /** Lets the reserved places go; returns them. */
    Set<Integer> release() {
        Set<Integer> released = taken.stream().boxed().collect(Collectors.toSet());
        released.removeAll(bound.keySet());
        released.forEach(taken::clear);
        return released;
    }

    /** @param own empty where the listener is bound to the frontend it serves */
    int take(Optional<Frontend> own) {
        int slot = taken.nextClearBit(0);
        if (slot >= SocketLookupMaps.MOST_LISTENERS) {
            throw new IllegalStateException(
                    "All " + SocketLookupMaps.MOST_LISTENERS + " places for listeners are taken");
        }
        taken.set(slot);
        bound.put(slot, own);
        return slot;
    }

    /** Frees a place; returns where its listener was bound, or null if that is the frontend itself, or it was not taken. */
    @Nullable
    Frontend free(int slot) {
        taken.clear(slot);
        Optional<Frontend> own = bound.remove(slot);
        return own == null ? null : own.orElse(null);
    }

    /** Where the listeners are bound. */
    Collection<Frontend> bound() {
        return bound.values().stream().flatMap(Optional::stream).toList();
    }
}
