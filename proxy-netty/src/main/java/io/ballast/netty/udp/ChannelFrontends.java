package io.ballast.netty.udp;

import io.ballast.core.model.Frontend;
import io.ballast.netty.transport.IoTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;

/** Frontends' sockets as channels of any transport. <em>Immutable.</em> */
record ChannelFrontends(IoTransport transport, UdpSettings settings) implements FrontendOpener {
    @Override
    public BoundFrontend open(Frontend frontend, UdpLoop loop, boolean transparent) throws IOException {
        if (transparent) {
            throw new IOException("this transport has no IP_TRANSPARENT; use epoll");
        }
        ChannelFuture bound = new Bootstrap()
                .group(loop.loop())
                .channel(transport.datagramChannel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        UdpChannelOptions.receiveWholeDatagrams(channel.config());
                        channel.pipeline().addLast(new BoundSocket(channel, frontend, loop));
                    }
                })
                .bind(frontend.address().toInetAddress(), frontend.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        bound.channel().config().setOption(ChannelOption.SO_RCVBUF, settings.receiveBufferBytes());
        return () -> bound.channel().close().awaitUninterruptibly();
    }
}
