package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Decision;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.netty.tcp.ConnectionView;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's association with one endpoint, and the connected socket that leads there. Ends when idle, when its
 * endpoint stops serving or answers port unreachable, or when its frontend goes. <em>Confined to the event loop of its
 * frontend.</em>
 */
final class UdpSession extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(UdpSession.class);
    /** Datagrams kept while the socket connects, which takes no round trip. */
    private static final int MAX_WAITING = 64;

    /** Far from the numbers of TCP connections, and exact in JSON. */
    private static final AtomicLong NEXT_ID = new AtomicLong(1L << 48);

    private final long id = NEXT_ID.getAndIncrement();
    private final Instant openedAt = Instant.now();
    private final UdpFrontend frontend;
    private final ReplyPath replies;
    private final InetSocketAddress client;
    private final Decision.Forward forward;
    private final ServicePortStats stats;
    private final UdpLoop loop;
    private final Queue<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable Channel upstream;
    private @Nullable Future<?> idleCheck;
    private long lastUsedNanos;
    private long bytesToEndpoint;
    private long bytesToClient;
    private boolean closed;

    UdpSession(
            UdpFrontend frontend, ReplyPath replies, InetSocketAddress client, Decision.Forward forward, UdpLoop loop) {
        this.frontend = frontend;
        this.replies = replies;
        this.client = client;
        this.forward = forward;
        this.stats = forward.route().stats();
        this.loop = loop;
        this.lastUsedNanos = loop.ticker().nanos();
    }

    InetSocketAddress client() {
        return client;
    }

    AddressPort endpoint() {
        return forward.lease().endpoint().address();
    }

    ServicePortName servicePortName() {
        return forward.servicePort().name();
    }

    IpFamily family() {
        return forward.servicePort().family();
    }

    boolean isOpen() {
        return !closed;
    }

    /** Connects to the endpoint on the frontend's own event loop. */
    void open() {
        stats.sessionOpened();
        ChannelFuture connecting = connect();
        if (hasNoSocket(connecting) && loop.sessions().makeRoomFor(this)) {
            connecting = connect();
        }
        if (hasNoSocket(connecting)) {
            noSocket(connecting.cause());
            return;
        }
        ChannelFuture last = connecting;
        last.addListener(done -> connected(last));
        scheduleIdleCheck(idleTimeoutNanos());
    }

    private ChannelFuture connect() {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.loop())
                .channel(loop.transport().datagramChannel())
                .handler(this);
        UdpChannelOptions.receiveWholeDatagrams(bootstrap, loop.transport());
        return bootstrap.connect(endpoint().toSocketAddress());
    }

    /** Fails at once only where there is no descriptor left; anything later is told to the event loop's listener. */
    private static boolean hasNoSocket(ChannelFuture connecting) {
        return connecting.isDone() && !connecting.isSuccess();
    }

    /** None of the endpoint's doing. */
    private void noSocket(Throwable cause) {
        stats.refused(RefuseReason.MAX_CONNECTIONS);
        log.atDebug().setCause(cause).addKeyValue("service", servicePortName()).log("No socket left for a UDP session");
        close(CloseReason.ERROR);
    }

    private void connected(ChannelFuture connecting) {
        if (!connecting.isSuccess()) {
            failed(connecting.cause());
            return;
        }
        if (closed) {
            connecting.channel().close();
            return;
        }
        UdpChannelOptions.growReceiveBuffer(
                connecting.channel(), loop.transport(), loop.settings().sessionReceiveBufferBytes());
        upstream = connecting.channel();
        for (ByteBuf datagram = waiting.poll(); datagram != null; datagram = waiting.poll()) {
            upstream.write(datagram, upstream.voidPromise());
        }
        upstream.flush();
    }

    /** Takes over the datagram. */
    void toEndpoint(ByteBuf datagram) {
        touch();
        stats.datagrams(Direction.TO_ENDPOINT, 1);
        stats.bytes(Direction.TO_ENDPOINT, datagram.readableBytes());
        bytesToEndpoint += datagram.readableBytes();
        if (upstream == null) {
            keepWaiting(datagram);
        } else if (UdpChannelOptions.hasRoom(upstream)) {
            upstream.write(datagram, upstream.voidPromise());
        } else {
            datagram.release(); // The endpoint's queue is full: UDP drops, memory does not grow.
        }
    }

    private void keepWaiting(ByteBuf datagram) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(datagram);
        } else {
            datagram.release();
        }
    }

    void flushToEndpoint() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        touch();
        ByteBuf content = packet.content();
        stats.datagrams(Direction.TO_CLIENT, 1);
        stats.bytes(Direction.TO_CLIENT, content.readableBytes());
        bytesToClient += content.readableBytes();
        replies.send(client, content);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        replies.flush();
    }

    /** The kernel never closes it; Netty does where the descriptor is of no use any more. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close(CloseReason.ERROR);
    }

    private void touch() {
        lastUsedNanos = loop.ticker().nanos();
        frontend.used(this);
    }

    private long idleTimeoutNanos() {
        return forward.servicePort().options().udpIdleTimeout().toNanos();
    }

    private void scheduleIdleCheck(long delayNanos) {
        idleCheck = loop.loop().schedule(this::checkIdle, delayNanos, TimeUnit.NANOSECONDS);
    }

    /** One timer a session, moved on only when it fires: traffic never touches it. */
    private void checkIdle() {
        if (closed) {
            return;
        }
        long left = idleTimeoutNanos() - (loop.ticker().nanos() - lastUsedNanos);
        if (left > 0) {
            scheduleIdleCheck(left);
        } else {
            close(CloseReason.IDLE);
        }
    }

    /** The endpoint's host answered port unreachable, or the kernel knows no way: the next datagram tries another. */
    private void failed(Throwable cause) {
        if (closed) {
            return;
        }
        boolean refused = cause instanceof PortUnreachableException || cause instanceof ConnectException;
        stats.connectFailed(refused ? ConnectFailure.REFUSED : ConnectFailure.OTHER);
        forward.lease().connectFailed();
        log.atTrace()
                .setCause(cause)
                .addKeyValue("service", servicePortName())
                .addKeyValue("endpoint", endpoint())
                .log("UDP endpoint cannot be reached");
        close(CloseReason.ENDPOINT_RESET);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(cause);
    }

    /** As it is now. */
    ConnectionView view() {
        AddressPort source = upstream != null && upstream.localAddress() instanceof InetSocketAddress local
                ? AddressPort.of(local)
                : null;
        return new ConnectionView(
                id,
                servicePortName(),
                AddressPort.of(client),
                frontend.frontend(),
                endpoint(),
                source,
                bytesToEndpoint,
                bytesToClient,
                openedAt,
                upstream == null ? "connecting" : "relaying");
    }

    /** Ends the session; has an effect once. */
    void close(CloseReason reason) {
        if (closed) {
            return;
        }
        closed = true;
        frontend.closed(this);
        forward.lease().release();
        stats.sessionClosed();
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        if (upstream != null) {
            upstream.close();
        }
        if (idleCheck != null) {
            // Left in the queue, the timers of evicted sessions would pile up under spoofed sources.
            idleCheck.cancel(false);
        }
        log.atTrace()
                .addKeyValue("service", servicePortName())
                .addKeyValue("client", client)
                .addKeyValue("endpoint", endpoint())
                .addKeyValue("reason", reason.label())
                .log("UDP session ended");
    }
}
