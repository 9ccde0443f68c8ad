package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.routing.Decision;
import io.ballast.core.routing.Route;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One relayed connection: decides what follows from what its two {@link Leg legs} report, and knows no sockets.
 * {@link ConnectionState} has the life of it. Confined to one event loop.
 */
final class TcpConnection {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);

    /** Links of the {@link ConnectionList} that this connection is in. */
    @Nullable
    TcpConnection previous;

    @Nullable
    TcpConnection next;

    private final long id;
    private final LoopConnections home;
    private final Frontend frontend;
    private final AddressPort client;
    private final Target target;
    private final long openedMillis = System.currentTimeMillis();
    private ConnectionState state;
    private @Nullable Leg downstream;
    private @Nullable Leg upstream;
    private @Nullable ConnectionTimers timers;
    private long bytesToEndpoint;
    private long bytesToClient;

    TcpConnection(long id, LoopConnections home, Frontend frontend, AddressPort client, Decision.Forward decision) {
        this.id = id;
        this.home = home;
        this.frontend = frontend;
        this.client = client;
        this.target = new Target(home, frontend, client, decision);
        this.state = new ConnectionState.Connecting(1, home.nanos());
    }

    /** Starts the life of the connection. */
    void open(AcceptedSocket socket) {
        downstream = socket.open(this);
        connect();
    }

    /** Asks endpoints until one begins to connect, or none is left. */
    private void connect() {
        while (state instanceof ConnectionState.Connecting connecting) {
            try {
                upstream = target.connect(this);
                return;
            } catch (IOException e) {
                retryElsewhere(connecting, e);
            }
        }
    }

    private void retryElsewhere(ConnectionState.Connecting connecting, IOException cause) {
        LOG.atTrace()
                .addKeyValue("endpoint", target.endpoint())
                .addKeyValue("client", client)
                .addKeyValue("cause", cause.toString())
                .log("Endpoint not reached");
        Optional<RefuseReason> refusal = target.next(ConnectFailures.of(cause));
        if (refusal.isPresent()) {
            target.route().stats().refused(refusal.get());
            close(CloseReason.ERROR, true);
        } else {
            state = connecting.retry(home.nanos());
        }
    }

    /** The upstream is connected. */
    void connected() {
        if (!(state instanceof ConnectionState.Connecting connecting)) {
            return;
        }
        target.connected(home.nanos() - connecting.sinceNanos());
        state = connecting.toRelaying();
        home.relaying(this);
        ServiceOptions options = target.options();
        if (ConnectionTimers.needed(options)) {
            timers().start(options);
        }
        Leg toClient = leg(Side.DOWNSTREAM);
        Leg toEndpoint = leg(Side.UPSTREAM);
        if (options.proxyProtocol() != null) {
            toEndpoint.send(ProxyHeader.encode(options.proxyProtocol(), client, frontend.addressPort()));
        }
        toClient.relayTo(toEndpoint);
        toEndpoint.relayTo(toClient);
        if (options.endpointRemoval() != EndpointRemoval.KEEP && !target.isStillServing()) {
            endpointRemoved(options);
        }
    }

    /** The current attempt failed. */
    void connectFailed(IOException cause) {
        if (state instanceof ConnectionState.Connecting connecting) {
            closeLeg(upstream, true);
            upstream = null;
            retryElsewhere(connecting, cause);
            connect();
        }
    }

    /** Fails the current attempt when it takes too long. */
    void checkConnectTimeout() {
        if (state instanceof ConnectionState.Connecting connecting
                && home.nanos() - connecting.sinceNanos()
                        >= target.options().connectTimeout().toNanos()) {
            connectFailed(new ConnectTimeoutException());
        }
    }

    /** That many bytes were read on a side. */
    void transferred(Side from, int count) {
        if (from == Side.DOWNSTREAM) {
            bytesToEndpoint += count;
        } else {
            bytesToClient += count;
        }
        target.route().stats().bytes(from.direction(), count);
        if (timers != null) {
            timers.touch();
        }
    }

    /** A side sent FIN, and all before it was read. */
    void ended(Side side) {
        if (state instanceof ConnectionState.Relaying relaying) {
            state = relaying.toHalfClosed(side);
            leg(side.other()).finish();
        } else if (state instanceof ConnectionState.HalfClosed half && half.ended() != side) {
            state = half.toFlushing();
            if (!closeWhenFlushed()) {
                leg(side.other()).finish();
            }
        } else {
            closeWhenFlushed();
        }
    }

    /** All bytes for a side, and FIN, were given to the kernel. */
    void outputFinished() {
        closeWhenFlushed();
    }

    private boolean closeWhenFlushed() {
        boolean ending = state instanceof ConnectionState.Ending;
        if (!ending && !(state instanceof ConnectionState.Flushing)) {
            return false;
        }
        boolean flushed = isFlushed(Side.DOWNSTREAM) && isFlushed(Side.UPSTREAM);
        if (flushed) {
            close(state instanceof ConnectionState.Ending end ? end.reason() : CloseReason.FINISHED, false);
        }
        return flushed;
    }

    private boolean isFlushed(Side side) {
        return leg(side).isInputEnded() && leg(side).pendingBytes() == 0;
    }

    /** A side sent RST or vanished. */
    void failed(Side side, Exception cause) {
        if (state instanceof ConnectionState.Connecting && side == Side.UPSTREAM) {
            connectFailed(cause instanceof IOException failure ? failure : new IOException(cause));
            return;
        }
        LOG.atTrace()
                .addKeyValue("client", client)
                .addKeyValue("side", side)
                .addKeyValue("cause", cause.toString())
                .log("Connection reset");
        close(state instanceof ConnectionState.Ending ending ? ending.reason() : side.resetReason(), true);
    }

    /** Our own mistake: costs this connection and nothing else, whatever happens. */
    void broken(Throwable cause) {
        try {
            LOG.atError()
                    .addKeyValue("service", target.route().servicePort().name())
                    .addKeyValue("client", client)
                    .setCause(cause)
                    .log("Connection dropped after an internal error");
            close(CloseReason.ERROR, true);
        } catch (RuntimeException | Error e) {
            LOG.atError().addKeyValue("client", client).setCause(e).log("Connection lost after an internal error");
        }
    }

    /** Ends it in an orderly way, on our account: FIN to both, and a little time for theirs. */
    void end(CloseReason reason) {
        if (state instanceof ConnectionState.Relaying relaying) {
            state = relaying.toEnding(reason);
        } else if (state instanceof ConnectionState.HalfClosed half) {
            state = half.toEnding(reason);
        } else {
            return;
        }
        timers().linger(reason);
        leg(Side.DOWNSTREAM).discard();
        leg(Side.UPSTREAM).discard();
        leg(Side.DOWNSTREAM).finish();
        leg(Side.UPSTREAM).finish();
    }

    /** Ends it now: RST to both, or FIN where little is lost. */
    void close(CloseReason reason, boolean reset) {
        if (state instanceof ConnectionState.Closed) {
            return;
        }
        boolean relayed = !(state instanceof ConnectionState.Connecting);
        boolean logged = relayed && home.context().log() != ConnectionLog.NONE;
        AddressPort source = logged ? source() : null;
        state = state.toClosed(reason);
        closeLeg(downstream, reset);
        closeLeg(upstream, reset);
        if (timers != null) {
            timers.cancelAll();
        }
        target.release();
        if (relayed) {
            target.route().stats().connectionClosed(reason);
        }
        home.closed(this, relayed);
        if (logged) {
            Duration duration = Duration.ofMillis(System.currentTimeMillis() - openedMillis);
            home.context().log().closed(view(source), reason, duration);
        }
    }

    private static void closeLeg(@Nullable Leg leg, boolean reset) {
        if (leg != null && reset) {
            leg.reset();
        } else if (leg != null) {
            leg.closeNow();
        }
    }

    /** The endpoint is no longer one of its Service's; {@code options} are the newest that are known. */
    void endpointRemoved(ServiceOptions options) {
        switch (options.endpointRemoval()) {
            case KEEP -> {}
            case DRAIN -> timers().resetAfter(options.drainTimeout());
            case RESET -> close(CloseReason.ENDPOINT_REMOVED, true);
        }
    }

    /** The endpoint is one of its Service's, still or again. */
    void endpointPresent() {
        if (timers != null) {
            timers.keepAfterAll();
        }
    }

    /** As it is now. */
    ConnectionView view() {
        return view(source());
    }

    private @Nullable AddressPort source() {
        return upstream == null ? null : upstream.localAddress().orElse(null);
    }

    private ConnectionView view(@Nullable AddressPort source) {
        return new ConnectionView(
                id,
                target.route().servicePort().name(),
                client,
                frontend,
                target.endpoint(),
                source,
                bytesToEndpoint,
                bytesToClient,
                Instant.ofEpochMilli(openedMillis),
                state.label());
    }

    private Leg leg(Side side) {
        Leg leg = side == Side.DOWNSTREAM ? downstream : upstream;
        if (leg == null) {
            throw new IllegalStateException("no " + side + " while " + state.label());
        }
        return leg;
    }

    private ConnectionTimers timers() {
        if (timers == null) {
            timers = new ConnectionTimers(this);
        }
        return timers;
    }

    AddressPort endpoint() {
        return target.endpoint();
    }

    Frontend frontend() {
        return frontend;
    }

    /** Bytes in memory that were read from one side and not yet taken by the other. */
    long pendingBytes() {
        return pendingBytes(downstream) + pendingBytes(upstream);
    }

    private static long pendingBytes(@Nullable Leg leg) {
        return leg == null ? 0 : leg.pendingBytes();
    }

    Route route() {
        return target.route();
    }

    EventLoop loop() {
        return home.loop();
    }

    long nanos() {
        return home.nanos();
    }
}
