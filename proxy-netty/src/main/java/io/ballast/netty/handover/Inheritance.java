package io.ballast.netty.handover;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.UnixMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
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

    /** Of the messages of an offer; their sockets go to others. */
    static Inheritance read(List<UnixMessage> parts, InheritedSockets sockets) {
        List<SocketKey> shared = new ArrayList<>();
        List<Descriptor> lookup = new ArrayList<>();
        Set<String> replaced = new HashSet<>();
        for (UnixMessage part : parts) {
            switch (Words.head(part).get(0)) {
                case Words.SOCKETS -> {
                    Iterator<Descriptor> descriptors = part.descriptors().iterator();
                    Words.body(part).forEach(line -> sockets.add(SocketKey.parse(line), descriptors.next()));
                }
                case Words.LOOKUP -> lookup.addAll(part.descriptors());
                case Words.SHARED -> Words.body(part).forEach(line -> shared.add(SocketKey.parse(line)));
                case Words.REPLACED -> replaced.addAll(Words.body(part));
                default -> part.close();
            }
        }
        return new Inheritance(true, shared, lookup, replaced);
    }

    void close() {
        lookup.forEach(Descriptor::close);
    }
}
