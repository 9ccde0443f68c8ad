package io.ballast.netty.udp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/** Options of the channels of frontends and sessions. */
final class UdpChannelOptions {
    /** The largest datagram there is, rounded up. */
    private static final int MAX_DATAGRAM = 65_536;

    /** A burst of the largest datagrams; Netty's 64 KiB would be full with one of them. */
    private static final WriteBufferWaterMark QUEUE = new WriteBufferWaterMark(512 << 10, 1 << 20);

    private UdpChannelOptions() {}

    /** Whether another datagram may be written; what is written so far goes to the kernel first if need be. */
    static boolean hasRoom(Channel channel) {
        if (!channel.isWritable()) {
            channel.flush();
        }
        return channel.isWritable();
    }

    static void receiveWholeDatagrams(ChannelConfig config) {
        config.setWriteBufferWaterMark(QUEUE);
        config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(MAX_DATAGRAM));
    }
}
