package io.ballast.netty.handover;

import io.ballast.netty.linux.UnixSocket;
import java.util.List;
import java.util.Optional;

/**
 * What a predecessor gives last, once it accepts no more. Owned by who has it.
 *
 * @param sessions UDP sessions that it had, which nobody relays now
 * @param name where successors greet, for {@link HandOverServer#start}; empty when it ended instead
 */
public record Released(List<SessionHandOver> sessions, Optional<UnixSocket> name) {
    /** There was none. */
    public static final Released NOTHING = new Released(List.of(), Optional.empty());

    public Released {
        sessions = List.copyOf(sessions);
    }
}
