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
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.tcp.ConnectionView;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.time.Instant;
import java.util.Optional;
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

    /** As in nf_conntrack_proto_udp.c of Linux: the client speaks again, so long after it began and once it was answered. */
    private static final long ESTABLISHED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long id = NEXT_ID.getAndIncrement();
    private final Instant openedAt = Instant.now();
    private final UdpFrontend frontend;
    private final Downstream downstream;
    private final AddressPort client;
    private final int scope;
    private final Decision.Forward forward;
    private final ServicePortStats stats;
    private final UdpLoop loop;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamBinding binding;
    private @Nullable Future<?> idleCheck;
    private final long openedNanos;
    private long lastUsedNanos;
    private boolean answered;
    private boolean established;
    private long bytesToEndpoint;
    private long bytesToClient;
    private boolean closed;

    /** @param scope the interface that the client's address belongs to, 0 for those that need none */
    UdpSession(
            UdpFrontend frontend,
            Downstream downstream,
            AddressPort client,
            int scope,
            Decision.Forward forward,
            UdpLoop loop) {
        this.frontend = frontend;
        this.downstream = downstream;
        this.client = client;
        this.scope = scope;
        this.forward = forward;
        this.stats = forward.route().stats();
        this.loop = loop;
        this.openedNanos = loop.ticker().nanos();
        this.lastUsedNanos = openedNanos;
    }

    AddressPort client() {
        return client;
    }

    int scope() {
        return scope;
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

    /**
     * Whether both sides have spoken for a while, as the kernel's connection tracking calls it assured. Who sends under
     * false addresses sees no answers, and its sessions do not last that long under a flood.
     */
    boolean isEstablished() {
        return established;
    }

    /** Connects to the endpoint on the frontend's own event loop. */
    void open() {
        stats.sessionOpened();
        try {
            // An address that means nothing without an interface means nothing to the endpoint.
            connected(
                    SessionSocket.connect(this, loop, scope == 0 ? loop.binder().bind(client, forward) : null));
        } catch (IOException e) {
            noSocket(e);
        }
    }

    /** Goes on with the socket of an earlier process. */
    void resume(SessionHandOver handedOver) {
        stats.sessionOpened();
        answered = handedOver.kept();
        established = handedOver.kept();
        try {
            connected(SessionSocket.adopt(this, loop, handedOver.socket()));
        } catch (IOException e) {
            noSocket(e);
        }
        frontend.used(this);
    }

    private void connected(SessionSocket socket) {
        upstream = socket.upstream();
        binding = socket.binding();
        scheduleIdleCheck(idleTimeoutNanos());
    }

    /** Ends here and goes on in another process; empty where that cannot be. */
    Optional<SessionHandOver> handOver() {
        Upstream from = upstream;
        Optional<Descriptor> socket = from == null ? Optional.empty() : from.release();
        close(CloseReason.SHUTDOWN);
        return socket.map(descriptor -> new SessionHandOver(
                descriptor, frontend.member(), frontend.frontend(), client, scope, endpoint(), established));
    }

    /** None of the endpoint's doing. */
    private void noSocket(Throwable cause) {
        stats.refused(RefuseReason.MAX_CONNECTIONS);
        log.atDebug().setCause(cause).addKeyValue("service", servicePortName()).log("No socket left for a UDP session");
        close(CloseReason.ERROR);
    }

    /**
     * The memory stays the caller's, who keeps it as it is until {@link #flushToEndpoint}.
     *
     * @param segment bytes of each datagram but the last; as many as there are when it is one
     */
    void toEndpoint(ByteBuf datagrams, int segment) {
        lastUsedNanos = loop.ticker().nanos();
        established |= answered && lastUsedNanos - openedNanos >= ESTABLISHED_NANOS;
        frontend.used(this);
        bytesToEndpoint += count(Direction.TO_ENDPOINT, datagrams.readableBytes(), segment);
        if (upstream != null && !closed) {
            upstream.send(datagrams, segment);
        }
    }

    void flushToEndpoint() {
        if (upstream != null && !closed) {
            upstream.flush();
        }
    }

    /** As {@link #toEndpoint}, until {@link #flushToClient}. */
    void toClient(ByteBuf datagrams, int segment) {
        lastUsedNanos = loop.ticker().nanos();
        answered = true;
        frontend.used(this);
        bytesToClient += count(Direction.TO_CLIENT, datagrams.readableBytes(), segment);
        downstream.send(datagrams, segment);
    }

    /** Returns the bytes. */
    private int count(Direction direction, int bytes, int segment) {
        stats.datagrams(direction, segment >= bytes ? 1 : (bytes + segment - 1) / segment);
        stats.bytes(direction, bytes);
        return bytes;
    }

    void flushToClient() {
        downstream.flush();
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
        stats.sessionClosed(reason);
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
