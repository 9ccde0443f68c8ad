package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A socket bound to one frontend's address and port. Not sharable; <em>confined to the channel's event loop</em>. */
final class BoundSocket extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(BoundSocket.class);

    private final UdpFrontend frontend;

    BoundSocket(UdpFrontend frontend) {
        this.frontend = frontend;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        frontend.answerThrough(new ChannelReplies(ctx.channel()));
        ctx.fireChannelRegistered();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        try {
            frontend.receive(AddressPort.of(packet.sender()), packet.content());
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        frontend.receiveComplete();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        frontend.endSessions();
    }

    /** A datagram of one client that cannot be read or sent harms no other: the socket stays open. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.atDebug()
                .setCause(cause)
                .addKeyValue("frontend", frontend.frontend())
                .log("UDP socket reported an error");
    }

    private record ChannelReplies(Channel channel) implements ReplyPath {
        @Override
        public Downstream to(AddressPort client) {
            return new ChannelDownstream(channel, client.toSocketAddress());
        }
    }

    private record ChannelDownstream(Channel channel, InetSocketAddress client) implements Downstream {
        @Override
        public void send(ByteBuf datagram) {
            if (UdpChannelOptions.hasRoom(channel)) {
                channel.write(new DatagramPacket(datagram.retain(), client), channel.voidPromise());
            }
        }

        @Override
        public void flush() {
            channel.flush();
        }

        @Override
        public void unreachable() {
            // Needs a raw socket: see the epoll transport.
        }
    }
}
