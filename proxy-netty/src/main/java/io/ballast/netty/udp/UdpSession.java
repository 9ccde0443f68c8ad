package io.ballast.netty.udp;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.RefuseReason;
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
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's association with one endpoint, and the connected socket that leads there. Ends when idle, when its
 * endpoint stops serving or answers port unreachable, or when its frontend goes. <em>Confined to the event loop of its
 * frontend.</em>
 */
final class UdpSession {
    /** As in nf_conntrack_proto_udp.c of Linux: the client speaks again, so long after it began and once it was answered. */
    private static final long ESTABLISHED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final UdpFrontend frontend;
    private final Downstream downstream;
    private final SessionFacts facts;
    private final ServicePortStats stats;
    private final UdpLoop loop;
    private @Nullable Upstream upstream;
    private @Nullable UpstreamBinding binding;
    private @Nullable Future<?> idleCheck;
    private final long openedNanos;
    private long lastUsedNanos;
    private boolean answered;
    /** Datagrams to the endpoint, less those that came back; where more come back, none. */
    private long unanswered;

    private boolean established;
    private long bytesToEndpoint;
    private long bytesToClient;
    private boolean closed;

    UdpSession(UdpFrontend frontend, Downstream downstream, SessionFacts facts, UdpLoop loop) {
        this.frontend = frontend;
        this.downstream = downstream;
        this.facts = facts;
        this.stats = facts.forward().route().stats();
        this.loop = loop;
        this.openedNanos = loop.ticker().nanos();
        this.lastUsedNanos = openedNanos;
    }

    SessionFacts facts() {
        return facts;
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

    /** Whether it was used since that time, and its endpoint owes answers, as far as each question has one. */
    boolean isAwaiting(long sinceNanos) {
        return unanswered > 0 && lastUsedNanos - sinceNanos >= 0;
    }

    /** Connects to the endpoint on the frontend's own event loop. */
    void open() {
        stats.sessionOpened();
        try {
            // An address that means nothing without an interface means nothing to the endpoint.
            UpstreamBinding source = facts.scope() == 0 ? loop.binder().bind(facts.client(), facts.forward()) : null;
            connected(SessionSocket.connect(this, loop, source));
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
        scheduleIdleCheck(facts.idleTimeoutNanos());
    }

    /** Ends here and goes on in another process; empty where that cannot be. */
    Optional<SessionHandOver> handOver() {
        Upstream from = upstream;
        Optional<Descriptor> socket = from == null ? Optional.empty() : from.release();
        // The port stays taken here, or a session that begins now would get the answers of this one.
        binding = socket.isPresent() ? null : binding;
        close(CloseReason.SHUTDOWN);
        return socket.map(descriptor -> new SessionHandOver(
                descriptor,
                frontend.member(),
                facts.frontend(),
                facts.client(),
                facts.scope(),
                facts.endpoint(),
                established));
    }

    /** None of the endpoint's doing. */
    private void noSocket(Throwable cause) {
        stats.refused(RefuseReason.MAX_CONNECTIONS);
        facts.tellNoSocket(cause);
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
        bytesToEndpoint += datagrams.readableBytes();
        unanswered += count(Direction.TO_ENDPOINT, datagrams.readableBytes(), segment);
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
        bytesToClient += datagrams.readableBytes();
        unanswered = Math.max(0, unanswered - count(Direction.TO_CLIENT, datagrams.readableBytes(), segment));
        downstream.send(datagrams, segment);
    }

    /** Returns the number of datagrams. */
    private int count(Direction direction, int bytes, int segment) {
        int datagrams = segment >= bytes ? 1 : (bytes + segment - 1) / segment;
        stats.datagrams(direction, datagrams);
        stats.bytes(direction, bytes);
        return datagrams;
    }

    void flushToClient() {
        downstream.flush();
    }

    private void scheduleIdleCheck(long delayNanos) {
        idleCheck = loop.loop().schedule(this::checkIdle, delayNanos, TimeUnit.NANOSECONDS);
    }

    /** One timer a session, moved on only when it fires: traffic never touches it. */
    private void checkIdle() {
        if (closed) {
            return;
        }
        long left = facts.idleTimeoutNanos() - (loop.ticker().nanos() - lastUsedNanos);
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
        facts.forward().lease().connectFailed();
        facts.tellUnreachable(cause);
        if (refused) {
            downstream.unreachable();
        }
        close(CloseReason.ENDPOINT_RESET);
    }

    /** As it is now. */
    ConnectionView view() {
        return facts.view(upstream == null ? null : upstream.localAddress(), bytesToEndpoint, bytesToClient);
    }

    /** Ends the session; has an effect once. */
    void close(CloseReason reason) {
        if (closed) {
            return;
        }
        closed = true;
        frontend.closed(this);
        facts.forward().lease().release();
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
        facts.tellEnded(reason);
    }
}
