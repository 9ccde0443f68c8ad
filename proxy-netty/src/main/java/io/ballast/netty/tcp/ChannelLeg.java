package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leg that is a Netty channel, for transports without edge-triggered descriptors of our own: io_uring and NIO. It is
 * the only handler of the channel's pipeline. Confined to the channel's event loop.
 *
 * <p>Back-pressure: while the peer's channel is above its high water mark, this one's automatic reading is off; one
 * direction holds the high water mark and one read at most. Before the peer is there, one read is held here.
 */
final class ChannelLeg extends ChannelInboundHandlerAdapter implements Leg {
    /** Name of this handler in the pipeline. */
    static final String NAME = "relay";

    private static final Logger LOG = LoggerFactory.getLogger(ChannelLeg.class);

    private final TcpConnection connection;
    private final Side side;
    private final DuplexChannel channel;
    private final Queue<ByteBuf> held = new ArrayDeque<>(1);
    private @Nullable ChannelLeg peer;
    /** Mirrors autoRead, which is volatile and costs a queued task to change. */
    private boolean reading = true;

    private boolean inputEnded;
    private boolean discarding;
    private boolean outputEnded;
    private boolean closed;

    ChannelLeg(TcpConnection connection, Side side, DuplexChannel channel) {
        this.connection = connection;
        this.side = side;
        this.channel = channel;
    }

    /** connect(2) is through. */
    void connected() {
        if (!closed) {
            connection.connected();
        }
    }

    void connectFailed(Throwable cause) {
        if (!closed) {
            connection.connectFailed(cause instanceof IOException failure ? failure : new IOException(cause));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (closed || discarding) {
            bytes.release();
        } else if (peer == null) {
            held.add(bytes);
            read(false);
        } else {
            deliver(bytes, peer);
        }
    }

    private void deliver(ByteBuf bytes, ChannelLeg to) {
        connection.transferred(side, bytes.readableBytes());
        to.channel.write(bytes, to.channel.voidPromise());
        if (!to.channel.isWritable()) {
            to.channel.flush();
            read(closed || to.channel.isWritable());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (peer != null) {
            peer.channel.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (peer != null && channel.isWritable()) {
            peer.read(true);
        }
    }

    private void read(boolean on) {
        if (reading != on && !closed) {
            reading = on;
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && !inputEnded && !closed) {
            inputEnded = true;
            if (peer != null || discarding) {
                connection.ended(side);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (closed) {
            LOG.atTrace().addKeyValue("cause", cause.toString()).log("Exception after close");
        } else if (cause instanceof IOException failure) {
            connection.failed(side, failure);
        } else {
            connection.broken(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closed) {
            connection.failed(side, new ClosedChannelException());
        }
    }

    @Override
    public void relayTo(Leg to) {
        if (closed) {
            return;
        }
        ChannelLeg target = (ChannelLeg) to;
        peer = target;
        for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
            deliver(bytes, target);
        }
        target.channel.flush();
        read(target.channel.isWritable());
        if (inputEnded && !closed) {
            connection.ended(side);
        }
    }

    @Override
    public void send(byte[] bytes) {
        channel.write(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
    }

    @Override
    public void finish() {
        if (closed || outputEnded) {
            return;
        }
        if (pendingBytes() > 0) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> shutdownOutput());
        } else {
            shutdownOutput();
        }
    }

    private void shutdownOutput() {
        if (!closed && !outputEnded) {
            outputEnded = true;
            channel.shutdownOutput().addListener((ChannelFuture done) -> outputFinished(done.cause()));
        }
    }

    private void outputFinished(@Nullable Throwable cause) {
        if (closed) {
            return;
        }
        if (cause == null) {
            connection.outputFinished();
        } else {
            connection.failed(side, cause instanceof IOException failure ? failure : new IOException(cause));
        }
    }

    @Override
    public void discard() {
        discarding = true;
        releaseHeld();
        read(true);
    }

    @Override
    public boolean isInputEnded() {
        return inputEnded;
    }

    @Override
    public long pendingBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }

    @Override
    public void closeNow() {
        if (!closed) {
            closed = true;
            releaseHeld();
            channel.close();
        }
    }

    @Override
    public void reset() {
        if (!closed) {
            ChannelAcceptedSocket.resetOnClose(channel);
            closeNow();
        }
    }

    private void releaseHeld() {
        for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
            bytes.release();
        }
    }

    @Override
    public Optional<AddressPort> localAddress() {
        return !closed && channel.localAddress() instanceof InetSocketAddress address
                ? Optional.of(AddressPort.of(address))
                : Optional.empty();
    }
}
