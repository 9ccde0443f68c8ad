package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.linux.Descriptor;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The socket of one session to its endpoint. <em>Confined to the event loop of the session.</em> */
interface Upstream {
    /**
     * Sends, or drops where the queue is full. The memory stays the caller's, who keeps it as it is until {@link #flush}.
     *
     * @param segment bytes of each datagram but the last; as many as there are when it is one
     */
    void send(ByteBuf datagrams, int segment);

    /** No more datagrams for now. */
    void flush();

    /** Our end, null while there is none. */
    @Nullable
    AddressPort localAddress();

    /** The socket, for another process; closes everything but the socket. Empty where that cannot be. */
    default Optional<Descriptor> release() {
        return Optional.empty();
    }

    void close();
}
