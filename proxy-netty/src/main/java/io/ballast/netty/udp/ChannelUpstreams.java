package io.ballast.netty.udp;

import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.transport.IoTransport;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Sessions' sockets as channels of any transport. <em>Confined to the event loop.</em> */
record ChannelUpstreams(EventLoop loop, IoTransport transport, UdpSettings settings) implements UpstreamConnector {
    @Override
    public Upstream connect(UdpSession session, @Nullable UpstreamBinding source) throws IOException {
        DatagramChannel channel = open();
        UdpChannelOptions.receiveWholeDatagrams(channel.config());
        try {
            throwIfFailed(loop.register(channel));
            SocketAddress local = null;
            if (source != null) {
                // The port may be another session's as well, to another endpoint.
                channel.config().setReuseAddress(true);
                local = source.source().toSocketAddress();
            }
            // A datagram socket connects without a round trip, and registers at once on its own loop.
            throwIfFailed(channel.connect(session.facts().endpoint().toSocketAddress(), local));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.config().setOption(ChannelOption.SO_RCVBUF, settings.sessionReceiveBufferBytes());
        ChannelUpstream upstream = new ChannelUpstream(session, channel);
        channel.pipeline().addLast(upstream);
        return upstream;
    }

    @Override
    public Upstream adopt(UdpSession session, Descriptor connected) throws IOException {
        throw new IOException("this transport takes no sockets over; use epoll");
    }

    private DatagramChannel open() throws IOException {
        try {
            return new ReflectiveChannelFactory<>(transport.datagramChannel()).newChannel();
        } catch (ChannelException e) {
            throw new IOException(e);
        }
    }

    private static void throwIfFailed(ChannelFuture future) throws IOException {
        if (!future.isDone()) {
            throw new IOException("the socket is not ready at once");
        }
        if (future.cause() instanceof IOException cause) {
            throw cause;
        }
        if (!future.isSuccess()) {
            throw new IOException(future.cause());
        }
    }
}
