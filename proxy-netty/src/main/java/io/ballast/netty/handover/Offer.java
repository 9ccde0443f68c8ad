package io.ballast.netty.handover;

import java.util.List;

/**
 * What a process hands over. <em>Immutable.</em>
 *
 * @param sockets one entry a descriptor; those of one key belong together
 * @param shared where the listeners are bound that the socket lookup leads clients of all frontends to
 * @param lookup descriptors of the socket lookup in its own order; none where there is no lookup
 */
public record Offer(List<Item> sockets, List<SocketKey> shared, List<Integer> lookup) {
    public Offer {
        sockets = List.copyOf(sockets);
        shared = List.copyOf(shared);
        lookup = List.copyOf(lookup);
    }

    /** A descriptor, which stays its owner's. */
    public record Item(SocketKey key, int descriptor) {}
}
