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
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.tcp.ConnectionView;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.time.Instant;
import java.util.Set;
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
final class UdpSession {
    private static final Logger log = LoggerFactory.getLogger(UdpSession.class);

    /** Far from the numbers of TCP connections, and exact in JSON. */
    private static final AtomicLong NEXT_ID = new AtomicLong(1L << 48);

    /** EADDRINUSE, EADDRNOTAVAIL. */
    private static final Set<Integer> TAKEN = Set.of(98, 99);

    private final long id = NEXT_ID.getAndIncrement();
    private final Instant openedAt = Instant.now();
    private final UdpFrontend frontend;
    private final Downstream downstream;
    private final AddressPort client;
    private final Decision.Forward forward;
    private final ServicePortStats stats;
    private final UdpLoop loop;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamBinding binding;
    private @Nullable Future<?> idleCheck;
    private long lastUsedNanos;
    private long bytesToEndpoint;
    private long bytesToClient;
    private boolean closed;

    UdpSession(
            UdpFrontend frontend, Downstream downstream, AddressPort client, Decision.Forward forward, UdpLoop loop) {
        this.frontend = frontend;
        this.downstream = downstream;
        this.client = client;
        this.forward = forward;
        this.stats = forward.route().stats();
        this.loop = loop;
        this.lastUsedNanos = loop.ticker().nanos();
    }

    AddressPort client() {
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
        try {
            upstream = connect(loop.binder().bind(client, forward));
            scheduleIdleCheck(idleTimeoutNanos());
        } catch (IOException e) {
            noSocket(e);
        }
    }

    /** Tries the binder's next source where the kernel refuses one, and makes room where descriptors are used up. */
    private Upstream connect(@Nullable UpstreamBinding first) throws IOException {
        UpstreamBinding source = first;
        boolean madeRoom = false;
        while (true) {
            try {
                Upstream connected = loop.connector().connect(this, source);
                binding = source;
                return connected;
            } catch (IOException e) {
                if (source != null && isTaken(e)) {
                    source = source.refused();
                } else if (!madeRoom
                        && ResourceShortage.isMeantBy(e)
                        && loop.sessions().makeRoomFor(this)) {
                    madeRoom = true;
                } else {
                    if (source != null) {
                        source.release();
                    }
                    throw e;
                }
            }
        }
    }

    private static boolean isTaken(IOException failure) {
        return failure instanceof BindException
                || failure.getCause() instanceof BindException
                || (failure instanceof NativeIoException number && TAKEN.contains(-number.expectedErr()));
    }

    /** None of the endpoint's doing. */
    private void noSocket(Throwable cause) {
        stats.refused(RefuseReason.MAX_CONNECTIONS);
        log.atDebug().setCause(cause).addKeyValue("service", servicePortName()).log("No socket left for a UDP session");
        close(CloseReason.ERROR);
    }

    /** The datagram stays the caller's, who keeps it as it is until {@link #flushToEndpoint}. */
    void toEndpoint(ByteBuf datagram) {
        touch();
        int bytes = datagram.readableBytes();
        stats.datagrams(Direction.TO_ENDPOINT, 1);
        stats.bytes(Direction.TO_ENDPOINT, bytes);
        bytesToEndpoint += bytes;
        if (upstream != null && !closed) {
            upstream.send(datagram);
        }
    }

    void flushToEndpoint() {
        if (upstream != null && !closed) {
            upstream.flush();
        }
    }

    /** The datagram stays the caller's, who keeps it as it is until {@link #flushToClient}. */
    void toClient(ByteBuf datagram) {
        touch();
        int bytes = datagram.readableBytes();
        stats.datagrams(Direction.TO_CLIENT, 1);
        stats.bytes(Direction.TO_CLIENT, bytes);
        bytesToClient += bytes;
        downstream.send(datagram);
    }

    void flushToClient() {
        downstream.flush();
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

    /**
     * The endpoint's host answered port unreachable, or the kernel knows no way: the client is told, and its next
     * datagram tries another.
     */
    void failed(Throwable cause) {
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
        if (refused) {
            downstream.unreachable();
        }
        close(CloseReason.ENDPOINT_RESET);
    }

    /** As it is now. */
    ConnectionView view() {
        AddressPort source = upstream == null ? null : upstream.localAddress();
        return new ConnectionView(
                id,
                servicePortName(),
                client,
                frontend.frontend(),
                endpoint(),
                source,
                bytesToEndpoint,
                bytesToClient,
                openedAt,
                source == null ? "connecting" : "relaying");
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
        if (upstream != null) {
            upstream.close();
        }
        if (binding != null) {
            binding.release();
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
