package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens and prepares the {@link ChannelLeg}s of one event loop. Confined to it. */
final class ChannelConnector implements Connector {
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int SMALLEST_READ = 1024;
    private static final int FIRST_READ = 4096;

    private final EventLoop loop;
    private final ResourceShortage shortage;
    private final ChannelFactory<? extends SocketChannel> channels;
    private final WriteBufferWaterMark waterMark;
    private final AdaptiveRecvByteBufAllocator readSizes;

    ChannelConnector(
            EventLoop loop, ResourceShortage shortage, Class<? extends SocketChannel> channelClass, int bufferBytes) {
        this.loop = loop;
        this.shortage = shortage;
        this.channels = new ReflectiveChannelFactory<>(channelClass);
        this.waterMark = new WriteBufferWaterMark(bufferBytes / 2, bufferBytes);
        this.readSizes =
                new AdaptiveRecvByteBufAllocator(SMALLEST_READ, Math.min(FIRST_READ, bufferBytes), bufferBytes);
    }

    @Override
    public Leg connect(TcpConnection connection, AddressPort endpoint, @Nullable UpstreamBinding source)
            throws IOException {
        SocketChannel channel = open();
        shortage.opened(channel instanceof UnixChannel unix ? unix.fd().intValue() : -1);
        ChannelLeg leg = register(channel, connection, Side.UPSTREAM);
        SocketAddress local = null;
        if (source != null) {
            channel.config().setReuseAddress(true);
            channel.config().setOption(IoUringChannelOption.IP_TRANSPARENT, source.transparent());
            local = source.source().toSocketAddress();
        }
        ChannelFuture connect = channel.connect(endpoint.toSocketAddress(), local);
        if (connect.isSuccess()) {
            loop.execute(leg::connected);
        } else if (connect.isDone()) {
            leg.reset();
            throw new IOException(connect.cause());
        } else {
            connect.addListener(done -> {
                if (done.isSuccess()) {
                    leg.connected();
                } else {
                    leg.connectFailed(done.cause());
                }
            });
        }
        return leg;
    }

    private SocketChannel open() throws IOException {
        try {
            return channels.newChannel();
        } catch (ChannelException e) {
            throw new IOException(e);
        }
    }

    /** Makes a channel a leg and registers it with the loop. */
    ChannelLeg register(SocketChannel channel, TcpConnection connection, Side side) throws IOException {
        SocketChannelConfig config = channel.config();
        config.setAllowHalfClosure(true);
        config.setTcpNoDelay(true);
        config.setKeepAlive(true);
        config.setConnectTimeoutMillis(0);
        config.setWriteBufferWaterMark(waterMark);
        config.setRecvByteBufAllocator(readSizes);
        if (channel instanceof IoUringSocketChannel ring) {
            makeBlocking(ring.fd().intValue());
        }
        ChannelLeg leg = new ChannelLeg(connection, side, channel);
        channel.pipeline().addLast(ChannelLeg.NAME, leg);
        ChannelFuture registered = loop.register(channel);
        if (registered.cause() != null) {
            throw new IOException(registered.cause());
        }
        return leg;
    }

    /**
     * Lets io_uring itself wait until a full socket takes more. writev on a non-blocking one fails with EAGAIN; Netty
     * then polls for POLLOUT, which the kernel completes at once with POLLRDHUP when the peer has ended its half
     * (IO_POLL_UNMASK), and Netty 4.2.18 takes that for the end of input and never writes again.
     */
    private static void makeBlocking(int fd) {
        LibC libc = SystemCalls.libc();
        int flags = SystemCalls.check(libc.fcntl(fd, F_GETFL, 0), () -> "read the flags of socket " + fd);
        SystemCalls.check(libc.fcntl(fd, F_SETFL, flags & ~O_NONBLOCK), () -> "make socket " + fd + " blocking");
    }
}
