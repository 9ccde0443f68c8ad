package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.routing.Decision;
import io.ballast.core.routing.Route;
import io.ballast.core.stats.ServicePortStats;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One relayed connection: decides what follows from what its two {@link Leg legs} report, and knows no sockets.
 * {@link ConnectionState} has the life of it. Confined to one event loop.
 */
final class TcpConnection {
    /** Links of the {@link ConnectionList} that this connection is in. */
    @Nullable
    TcpConnection previous;

    @Nullable
    TcpConnection next;

    private final LoopConnections home;
    private final ConnectionFacts facts;
    private final Target target;
    private final Legs legs = new Legs();
    private ConnectionState state;
    private @Nullable ConnectionTimers timers;

    TcpConnection(long id, LoopConnections home, Frontend frontend, AddressPort client, Decision.Forward decision) {
        this.home = home;
        this.facts = new ConnectionFacts(id, frontend, client, home.nanos());
        this.target = new Target(home, frontend, client, decision);
        this.state = new ConnectionState.Connecting(1, home.nanos());
    }

    /** Starts the life of the connection. */
    void open(AcceptedSocket socket) {
        legs.set(Side.DOWNSTREAM, socket.open(this));
        connect();
    }

    /** Asks endpoints until one begins to connect, or none is left. */
    private void connect() {
        while (state instanceof ConnectionState.Connecting connecting) {
            try {
                legs.set(Side.UPSTREAM, target.connect(this));
                return;
            } catch (IOException e) {
                retryElsewhere(connecting, e);
            }
        }
    }

    private void retryElsewhere(ConnectionState.Connecting connecting, IOException cause) {
        if (target.next(cause)) {
            state = connecting.retry(home.nanos());
        } else {
            close(CloseReason.ERROR, true);
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
        legs.relay(facts.proxyHeader(options));
        if (options.endpointRemoval() != EndpointRemoval.KEEP && !target.isStillServing()) {
            endpointRemoved(options);
        }
    }

    /** The current attempt failed. */
    void connectFailed(IOException cause) {
        if (state instanceof ConnectionState.Connecting connecting) {
            legs.resetUpstream();
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
        facts.transferred(from, count);
        ServicePortStats stats = target.route().stats();
        stats.bytes(from.direction(), count);
        if (from == Side.UPSTREAM) {
            facts.tellWhoSpokeFirst(stats);
        }
        if (timers != null) {
            timers.touch();
        }
    }

    /** A side sent FIN, and all before it was read. */
    void ended(Side side) {
        if (state instanceof ConnectionState.Relaying relaying) {
            state = relaying.toHalfClosed(side);
            legs.get(side.other()).finish();
        } else if (state instanceof ConnectionState.HalfClosed half && half.ended() != side) {
            state = half.toFlushing();
            if (!closeWhenFlushed()) {
                legs.get(side.other()).finish();
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
        boolean flushed = legs.areFlushed();
        if (flushed) {
            close(state instanceof ConnectionState.Ending end ? end.reason() : CloseReason.FINISHED, false);
        }
        return flushed;
    }

    /** A side sent RST or vanished. */
    void failed(Side side, Exception cause) {
        if (state instanceof ConnectionState.Connecting && side == Side.UPSTREAM) {
            connectFailed(cause instanceof IOException failure ? failure : new IOException(cause));
            return;
        }
        facts.tellReset(side, cause);
        close(state instanceof ConnectionState.Ending ending ? ending.reason() : side.resetReason(), true);
    }

    /** Our own mistake: costs this connection and nothing else, whatever happens. */
    void broken(Throwable cause) {
        try {
            facts.tellDropped(target.route().servicePort().name(), cause);
            close(CloseReason.ERROR, true);
        } catch (RuntimeException | Error e) {
            facts.tellLost(e);
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
        legs.end();
    }

    /** Ends it now: RST to both, or FIN where little is lost. */
    void close(CloseReason reason, boolean reset) {
        if (state instanceof ConnectionState.Closed) {
            return;
        }
        boolean relayed = !(state instanceof ConnectionState.Connecting);
        boolean logged = relayed && home.context().log() != ConnectionLog.NONE;
        AddressPort source = logged ? legs.source() : null;
        state = state.toClosed(reason);
        legs.close(reset);
        if (timers != null) {
            timers.cancelAll();
        }
        target.release();
        if (relayed) {
            target.route().stats().connectionClosed(reason);
        }
        home.closed(this, relayed);
        if (logged) {
            home.context().log().closed(facts.view(target, source, state), reason, facts.age(home.nanos()));
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
        return facts.view(target, legs.source(), state);
    }

    private ConnectionTimers timers() {
        if (timers == null) {
            timers = new ConnectionTimers(this, home);
        }
        return timers;
    }

    AddressPort endpoint() {
        return target.endpoint();
    }

    Frontend frontend() {
        return facts.frontend();
    }

    /** Bytes in memory that were read from one side and not yet taken by the other. */
    long pendingBytes() {
        return legs.pendingBytes();
    }

    Route route() {
        return target.route();
    }
}
