package io.ballast.netty.handover;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.Protocol;
import io.ballast.netty.linux.Descriptor;

/**
 * A UDP session on its way to another process. <em>Immutable</em>, and owned by who has it.
 *
 * @param socket connected to the endpoint
 * @param member which of the sockets for all frontends of a family hears the client, {@link #BOUND} for one that is
 *     bound to the frontend
 * @param scope the client's interface where its address needs one, else 0
 * @param kept whether it is among those that are not given up for new ones
 */
public record SessionHandOver(
        Descriptor socket,
        int member,
        Frontend frontend,
        AddressPort client,
        int scope,
        AddressPort endpoint,
        boolean kept)
        implements AutoCloseable {
    /** See {@code member}. */
    public static final int BOUND = -1;

    static SessionHandOver parse(Descriptor socket, String line) {
        String[] words = line.split(" ");
        AddressPort frontend = SocketKey.address(words[1], words[2]);
        return new SessionHandOver(
                socket,
                Integer.parseInt(words[0]),
                new Frontend(Protocol.UDP, frontend.address(), frontend.port()),
                SocketKey.address(words[3], words[4]),
                Integer.parseInt(words[5]),
                SocketKey.address(words[6], words[7]),
                Boolean.parseBoolean(words[8]));
    }

    String text() {
        return String.join(
                " ",
                Integer.toString(member),
                SocketKey.text(frontend.addressPort()),
                SocketKey.text(client),
                Integer.toString(scope),
                SocketKey.text(endpoint),
                Boolean.toString(kept));
    }

    @Override
    public void close() {
        socket.close();
    }
}
