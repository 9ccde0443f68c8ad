package io.ballast.netty.udp;

import io.ballast.netty.transport.IoTransport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Socket options of frontends and sessions. */
final class UdpChannelOptions {
    private static final Logger log = LoggerFactory.getLogger(UdpChannelOptions.class);

    /** The largest datagram there is, rounded up. */
    static final int MAX_DATAGRAM = 65_536;
    /** Datagrams taken from the kernel with one system call. */
    private static final int BATCH = 8;

    private static final int SOL_SOCKET = 1;
    private static final ChannelOption<Integer> SO_RCVBUFFORCE =
            new IntegerUnixChannelOption("SO_RCVBUFFORCE", SOL_SOCKET, 33);

    /** A burst of the largest datagrams; Netty's 64 KiB would be full with one of them. */
    private static final WriteBufferWaterMark QUEUE = new WriteBufferWaterMark(512 << 10, 1 << 20);

    /** Without CAP_NET_ADMIN one refusal is enough: it will not be granted to a later session. */
    private static volatile boolean mayForce = true;

    private UdpChannelOptions() {}

    /** Whether another datagram may be written; what is written so far goes to the kernel first if need be. */
    static boolean hasRoom(Channel channel) {
        if (!channel.isWritable()) {
            channel.flush();
        }
        return channel.isWritable();
    }

    /** Whole datagrams, several a system call where the transport can. */
    static void receiveWholeDatagrams(ChannelConfig config, IoTransport transport) {
        config.setWriteBufferWaterMark(QUEUE);
        int batch = transport == IoTransport.EPOLL ? BATCH : 1;
        if (batch > 1) {
            config.setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM);
        }
        config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(batch * MAX_DATAGRAM));
    }

    /** Beyond {@code net.core.rmem_max} where CAP_NET_ADMIN allows it, else up to it. */
    static void growReceiveBuffer(Channel channel, IoTransport transport, int bytes) {
        channel.config().setOption(ChannelOption.SO_RCVBUF, bytes);
        if (transport.hasDescriptors() && mayForce) {
            try {
                channel.config().setOption(SO_RCVBUFFORCE, bytes);
            } catch (ChannelException e) {
                mayForce = false;
                log.atDebug().addKeyValue("cause", e.getMessage()).log("Receive buffer is capped by rmem_max");
            }
        }
    }
}
