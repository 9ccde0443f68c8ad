package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.transport.IoTransport;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.io.IOException;

/** Opens listening channels, for io_uring and NIO. Stateless. */
final class ListenerChannels {
    private ListenerChannels() {}

    static ListenerSocket listen(
            IoTransport transport,
            EventLoop loop,
            AddressPort address,
            ListenerOptions options,
            AcceptTarget target,
            ResourceShortage shortage)
            throws IOException {
        ServerSocketChannel channel = new ReflectiveChannelFactory<>(transport.serverSocketChannel()).newChannel();
        ChannelListenerSocket listener = new ChannelListenerSocket(channel, target, shortage);
        channel.pipeline().addLast(ChannelListenerSocket.NAME, listener);
        channel.config().setReuseAddress(true).setBacklog(options.backlog());
        await(loop.register(channel));
        try {
            set(channel, UnixChannelOption.SO_REUSEPORT, options.perLoop());
            set(channel, IoUringChannelOption.IP_FREEBIND, options.freeBind());
            set(channel, IoUringChannelOption.IP_TRANSPARENT, options.transparent());
            await(channel.bind(address.toSocketAddress()));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return listener;
    }

    private static void set(ServerSocketChannel channel, ChannelOption<Boolean> option, boolean value)
            throws IOException {
        if (value && !channel.config().setOption(option, true)) {
            throw new IOException("this transport has no " + option.name() + "; use epoll");
        }
    }

    /** On the event loop these are done when they return. */
    private static void await(ChannelFuture done) throws IOException {
        Throwable cause = done.cause();
        if (cause != null) {
            throw cause instanceof IOException failure ? failure : new IOException(cause.getMessage(), cause);
        }
    }
}
