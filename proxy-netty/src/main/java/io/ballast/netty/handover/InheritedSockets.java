package io.ballast.netty.handover;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.linux.Descriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Sockets that an earlier process handed over and nobody has taken yet, by what they are for and where they are bound.
 * Empty but for the time of a take-over. <em>Thread-safe.</em>
 */
public final class InheritedSockets implements AutoCloseable {
    private final Map<SocketKey, List<Descriptor>> sockets = new HashMap<>();
    private volatile BooleanSupplier predecessorLives = () -> false;

    synchronized void add(SocketKey key, Descriptor descriptor) {
        sockets.computeIfAbsent(key, first -> new ArrayList<>()).add(descriptor);
    }

    /** All descriptors of the key, owned by the caller from now on; none when nothing was handed over. */
    public synchronized int[] take(SocketKey.Use use, AddressPort address) {
        List<Descriptor> taken = sockets.remove(new SocketKey(use, address));
        return taken == null
                ? new int[0]
                : taken.stream().mapToInt(Descriptor::release).toArray();
    }

    /** Closes those that nobody wanted: for clients their addresses are gone. */
    public synchronized void closeLeft(SocketKey.Use use) {
        for (Iterator<Map.Entry<SocketKey, List<Descriptor>>> all =
                        sockets.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<SocketKey, List<Descriptor>> entry = all.next();
            if (entry.getKey().use() == use) {
                entry.getValue().forEach(Descriptor::close);
                all.remove();
            }
        }
    }

    /** Whether the earlier process still has connections, whose addresses and rules must stay. */
    public boolean predecessorLives() {
        return predecessorLives.getAsBoolean();
    }

    void follow(BooleanSupplier lives) {
        predecessorLives = lives;
    }

    @Override
    public void close() {
        for (SocketKey.Use use : SocketKey.Use.values()) {
            closeLeft(use);
        }
    }
}
