package io.ballast.netty.linux.bpf;

import java.util.EnumSet;
import java.util.Set;

/**
 * What becomes of packets that open a connection or a session with a frontend. Immutable.
 *
 * @param listener the number that {@link SocketLookup#addListener} gave to the listening socket
 * @param accepted who reaches the listener; all others are refused before the handshake
 */
public record Steering(int listener, Set<SourceClass> accepted) {

    private static final Set<SourceClass> EVERYONE = Set.copyOf(EnumSet.allOf(SourceClass.class));
    /** No place in the map of listeners: the kernel's own lookup goes on. */
    static final int BOUND = Integer.MAX_VALUE;

    private static final Steering REFUSE = new Steering(0, Set.of());

    public Steering {
        accepted = Set.copyOf(accepted);
    }

    /** Everyone reaches the listener. */
    public static Steering to(int listener) {
        return new Steering(listener, EVERYONE);
    }

    /** Only clients of these classes reach the listener. */
    public static Steering to(int listener, Set<SourceClass> accepted) {
        return new Steering(listener, accepted);
    }

    /** Clients of these classes reach the socket that is bound to the very address and port. */
    public static Steering bound(Set<SourceClass> accepted) {
        return new Steering(BOUND, accepted);
    }

    /** Nobody gets through, nor to a socket of the host at that address and port. */
    public static Steering refuse() {
        return REFUSE;
    }
}
