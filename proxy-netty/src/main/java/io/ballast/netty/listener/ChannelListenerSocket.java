package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening Netty channel, for io_uring and NIO. Confined to its event loop, but for {@link ListenerSocket}. */
final class ChannelListenerSocket extends ChannelInboundHandlerAdapter implements ListenerSocket {
    /** Name of this handler in the pipeline. */
    static final String NAME = "acceptor";

    private static final Logger LOG = LoggerFactory.getLogger(ChannelListenerSocket.class);

    private final ServerSocketChannel channel;
    private final AcceptTarget target;
    private final ResourceShortage shortage;
    private boolean paused;

    ChannelListenerSocket(ServerSocketChannel channel, AcceptTarget target, ResourceShortage shortage) {
        this.channel = channel;
        this.target = target;
        this.shortage = shortage;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        SocketChannel client = (SocketChannel) message;
        shortage.opened(descriptor(client));
        target.next(intake -> intake.accept(client));
        pauseWhileShort();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ResourceShortage.isMeantBy(cause)) {
            shortage.reported(cause);
            pauseWhileShort();
        } else {
            LOG.atDebug().addKeyValue("address", address()).setCause(cause).log("Accept failed");
        }
    }

    private void pauseWhileShort() {
        long millis = shortage.pauseMillis();
        if (millis > 0 && !paused) {
            paused = true;
            channel.config().setAutoRead(false);
            channel.eventLoop().schedule(this::resume, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void resume() {
        paused = false;
        if (channel instanceof UnixChannel) {
            shortage.probe();
        }
        pauseWhileShort();
        if (!paused) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public AddressPort address() {
        return AddressPort.of(channel.localAddress());
    }

    @Override
    public int descriptor() {
        return descriptor(channel);
    }

    private static int descriptor(Channel channel) {
        return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
    }

    /** What waits in the queue is not drained: Netty's channels have no call for it. */
    @Override
    public CompletableFuture<Void> close(boolean drain) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        // NIO closes a selector's socket with the next selection, which is over when a timer fires.
        channel.close().addListener(done -> channel.eventLoop()
                .schedule(() -> closed.complete(null), 1, TimeUnit.MILLISECONDS));
        return closed;
    }
}
