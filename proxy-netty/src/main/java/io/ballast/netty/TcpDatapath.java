package io.ballast.netty;

import io.ballast.core.model.AddressPort;
import io.ballast.core.routing.Router;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.handover.Offer;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.listener.TcpListener;
import io.ballast.netty.listener.TcpListeners;
import io.ballast.netty.tcp.ConnectionLog;
import io.ballast.netty.tcp.TcpConnections;
import io.ballast.netty.tcp.TcpSettings;
import io.ballast.netty.transport.EventLoops;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The TCP data path as a whole: listeners on one side, connections to endpoints on the other, on the event loops that
 * it is given. <em>Thread-safe</em>; not to be called on an event loop.
 */
public final class TcpDatapath {
    private final EventLoops loops;
    private final TcpConnections connections;
    private final TcpListeners listeners;
    private final Set<TcpListener> open = ConcurrentHashMap.newKeySet();

    /**
     * @param loops shared with others, and closed by their owner
     * @param router where each new connection goes
     * @param binder chooses local addresses towards endpoints
     * @param log hears of each ended connection
     */
    public TcpDatapath(
            EventLoops loops, Router router, TcpSettings settings, UpstreamBinder binder, ConnectionLog log) {
        this.loops = loops;
        connections = new TcpConnections(loops, router, settings, binder, log);
        listeners = new TcpListeners(loops, connections);
    }

    /** With the node's address towards endpoints and no connection log. */
    public TcpDatapath(EventLoops loops, Router router, TcpSettings settings) {
        this(loops, router, settings, UpstreamBinder.NODE_ADDRESS, ConnectionLog.NONE);
    }

    /**
     * Binds and listens; clients are served from now on.
     *
     * @throws IOException when the kernel refuses; the message says why
     */
    public TcpListener openListener(AddressPort address, ListenerOptions options) throws IOException {
        return track(listeners.open(address, options));
    }

    /**
     * Serves the clients of listening sockets that were opened elsewhere; what each client dialled is the local
     * address of its own socket.
     *
     * @param descriptors one for each event loop, or a single one for all; owned by the listener from now on
     */
    public TcpListener adoptListener(ListenerOptions options, int... descriptors) throws IOException {
        return track(listeners.adopt(options, descriptors));
    }

    /** All that listens, for a successor; stays owned here. */
    public List<Offer.Item> offer() {
        List<Offer.Item> items = new ArrayList<>();
        for (TcpListener listener : open) {
            SocketKey key = new SocketKey(SocketKey.Use.TCP, listener.address());
            for (int descriptor : listener.descriptors()) {
                items.add(new Offer.Item(key, descriptor));
            }
        }
        return items;
    }

    /** Accepts no more: a successor listens on the same sockets, and takes what waits there. */
    public CompletableFuture<Void> handOver() {
        return CompletableFuture.allOf(open.stream().map(TcpListener::handOver).toArray(CompletableFuture<?>[]::new));
    }

    private TcpListener track(TcpListener listener) {
        open.add(listener);
        listener.closed().thenRun(() -> open.remove(listener));
        return listener;
    }

    /** What is open, and what to do about changed routes. */
    public TcpConnections connections() {
        return connections;
    }

    /**
     * Stops to accept, lets connections finish and resets those that are left after the grace period.
     *
     * @return complete when no connection is left
     */
    public CompletableFuture<Void> drain(Duration grace) {
        CompletableFuture<?>[] closing = open.stream().map(TcpListener::close).toArray(CompletableFuture<?>[]::new);
        // Asking every loop comes after the clients that were accepted for it last, which would be refused otherwise.
        return CompletableFuture.allOf(closing)
                .thenCompose(closed -> connections.pendingBytes())
                .thenCompose(asked -> connections.drain(grace));
    }

    /** Whether listening sockets have descriptors, which an eBPF program can lead clients to. */
    boolean hasDescriptors() {
        return loops.transport().hasDescriptors();
    }
}
