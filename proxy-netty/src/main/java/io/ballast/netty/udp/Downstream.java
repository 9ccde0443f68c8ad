package io.ballast.netty.udp;

import io.netty.buffer.ByteBuf;

/** The way back from one frontend to one client. <em>Confined to the event loop of the frontend.</em> */
interface Downstream {
    /**
     * Sends, or drops where the queue is full. The memory stays the caller's, who keeps it as it is until {@link #flush}.
     *
     * @param segment bytes of each datagram but the last; as many as there are when it is one
     */
    void send(ByteBuf datagrams, int segment);

    /** No more answers for now. */
    void flush();

    /** Tells the client that nobody listens (ICMP port unreachable), where privileges allow that. */
    void unreachable();
}
