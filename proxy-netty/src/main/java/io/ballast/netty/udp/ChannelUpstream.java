package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A session's socket as a channel. Not sharable; <em>confined to the channel's event loop</em>. */
final class ChannelUpstream extends ChannelInboundHandlerAdapter implements Upstream {
    private final UdpSession session;
    private final Channel channel;

    ChannelUpstream(UdpSession session, Channel channel) {
        this.session = session;
        this.channel = channel;
    }

    /** Where the endpoint's queue is full UDP drops, and memory does not grow. */
    @Override
    public void send(ByteBuf datagram, int segment) {
        if (UdpChannelOptions.hasRoom(channel)) {
            channel.write(datagram.retain(), channel.voidPromise());
        }
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf content = ((DatagramPacket) message).content();
        try {
            session.toClient(content, content.readableBytes());
        } finally {
            content.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        session.flushToClient();
    }

    /** The kernel never closes it; Netty does where the descriptor is of no use any more. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        session.close(CloseReason.ERROR);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        session.failed(cause);
    }

    @Override
    public @Nullable AddressPort localAddress() {
        return channel.localAddress() instanceof InetSocketAddress local ? AddressPort.of(local) : null;
    }

    @Override
    public void close() {
        channel.close();
    }
}
