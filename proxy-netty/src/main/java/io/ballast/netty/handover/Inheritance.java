package io.ballast.netty.handover;

import io.ballast.netty.linux.Descriptor;
import java.util.List;
import java.util.Set;

/**
 * What was handed over besides the sockets. <em>Immutable.</em>
 *
 * @param fromLiving whether a process that still lives gave it, nothing though it may be
 * @param shared as in {@link Offer#shared}
 * @param lookup as in {@link Offer#lookup}; owned by whoever uses it
 * @param replaced pods that this process, or one before it, has taken over from
 */
public record Inheritance(boolean fromLiving, List<SocketKey> shared, List<Descriptor> lookup, Set<String> replaced) {
    /** Nothing: there was no earlier process, or it left only what lies in the kernel. */
    public static final Inheritance NONE = new Inheritance(false, List.of(), List.of(), Set.of());

    public Inheritance {
        shared = List.copyOf(shared);
        lookup = List.copyOf(lookup);
        replaced = Set.copyOf(replaced);
    }

    void close() {
        lookup.forEach(Descriptor::close);
    }
}
