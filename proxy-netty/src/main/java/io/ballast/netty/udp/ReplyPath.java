package io.ballast.netty.udp;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** How answers of one frontend leave for its clients. <em>Confined to the event loop of the frontend.</em> */
interface ReplyPath {
    /** Sends, or drops where the socket's queue is full. Takes over the datagram. */
    void send(InetSocketAddress client, ByteBuf datagram);

    /** No more answers for now. */
    void flush();
}
