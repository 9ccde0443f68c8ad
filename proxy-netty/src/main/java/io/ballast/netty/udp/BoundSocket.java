package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.netty.handover.SessionHandOver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A channel bound to one frontend's address and port. Not sharable; <em>confined to the channel's event loop</em>. */
final class BoundSocket extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(BoundSocket.class);

    private final UdpFrontend frontend;
    /** Sessions with datagrams that were written in this read loop and not flushed yet. */
    private final Queue<UdpSession> unflushed = new ArrayDeque<>();

    BoundSocket(Channel channel, Frontend frontend, UdpLoop loop) {
        this.frontend = new UdpFrontend(
                frontend,
                SessionHandOver.BOUND,
                loop,
                (client, scope) -> new ChannelDownstream(channel, address(client, scope)));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        try {
            ByteBuf datagram = packet.content();
            UdpSession session = frontend.receive(
                    AddressPort.of(packet.sender()), scope(packet.sender()), datagram, datagram.readableBytes());
            if (session != null) {
                unflushed.add(session);
            }
        } finally {
            packet.release();
        }
    }

    private static int scope(InetSocketAddress sender) {
        return sender.getAddress() instanceof Inet6Address address ? address.getScopeId() : 0;
    }

    private static InetSocketAddress address(AddressPort client, int scope) {
        if (scope == 0) {
            return client.toSocketAddress();
        }
        try {
            return new InetSocketAddress(
                    Inet6Address.getByAddress(null, client.address().toBytes(), scope), client.port());
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of legal length is always accepted", e);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // Taken out one by one: a session that finds its endpoint gone while it sends ends meanwhile.
        for (UdpSession session = unflushed.poll(); session != null; session = unflushed.poll()) {
            session.flushToEndpoint();
        }
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

    private record ChannelDownstream(Channel channel, InetSocketAddress client) implements Downstream {
        @Override
        public void send(ByteBuf datagram, int segment) {
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
            // Takes a raw socket, which only the epoll transport has.
        }
    }
}
