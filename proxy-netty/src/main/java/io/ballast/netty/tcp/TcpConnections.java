package io.ballast.netty.tcp;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.IoEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All TCP connections: takes clients from listeners, shows what is open, and ends what must end. <em>Thread-safe</em>;
 * nothing here blocks.
 */
public final class TcpConnections {
    private final Map<IoEventLoop, LoopConnections> byLoop = new LinkedHashMap<>();
    private final OpenConnections open;
    private final ResourceShortage shortage;

    /**
     * @param binder chooses local addresses towards endpoints; not asked on NIO, which cannot bind transparently
     */
    public TcpConnections(
            EventLoops loops, Router router, TcpSettings settings, UpstreamBinder binder, ConnectionLog log) {
        this(loops, router, settings, binder, log, Ticker.system());
    }

    TcpConnections(
            EventLoops loops,
            Router router,
            TcpSettings settings,
            UpstreamBinder binder,
            ConnectionLog log,
            Ticker ticker) {
        open = new OpenConnections(settings.maxConnections());
        shortage = new ResourceShortage(ticker);
        UpstreamBinder usable = loops.transport().hasDescriptors() ? binder : UpstreamBinder.NODE_ADDRESS;
        TcpContext context = new TcpContext(router, settings, usable, log, ticker, open, shortage);
        for (IoEventLoop loop : loops.all()) {
            Connector connector = connector(loops.transport(), loop, context);
            byLoop.put(loop, new LoopConnections(loop, context, connector, byLoop.size() + 1L, loops.size()));
        }
    }

    private static Connector connector(IoTransport transport, IoEventLoop loop, TcpContext context) {
        TcpSettings settings = context.settings();
        return transport == IoTransport.EPOLL
                ? new EpollLoop(loop, context.shortage(), settings)
                : new ChannelConnector(loop, context.shortage(), transport.socketChannel(), settings.bufferBytes());
    }

    /** Where clients of this loop go; to be used on the loop only. */
    public TcpIntake intake(IoEventLoop loop) {
        LoopConnections connections = byLoop.get(loop);
        if (connections == null) {
            throw new IllegalArgumentException("not one of the loops that connections run on: " + loop);
        }
        return new TcpIntake(connections);
    }

    /** Whether there are descriptors for more; listeners and connections share the knowledge. */
    public ResourceShortage shortage() {
        return shortage;
    }

    /** Connections that are open or being opened. */
    public int open() {
        return open.count();
    }

    /** Whether clients of a frontend at this address are connected, or about to be. */
    public boolean isInUse(IpAddress frontendAddress) {
        return byLoop.values().stream().anyMatch(connections -> connections.isInUse(frontendAddress));
    }

    /** Bytes in memory that were read from one side of a connection and not yet taken by the other. */
    public CompletableFuture<Long> pendingBytes() {
        return collect(LoopConnections::pendingBytes)
                .thenApply(parts -> parts.stream().mapToLong(Long::longValue).sum());
    }

    /** At most that many connections as they are now, in no particular order. */
    public CompletableFuture<List<ConnectionView>> snapshot(int limit) {
        return collect(connections -> connections.views(limit))
                .thenApply(parts ->
                        parts.stream().flatMap(List::stream).limit(limit).toList());
    }

    /** Asks every loop on its own thread. */
    private <T> CompletableFuture<List<T>> collect(Function<LoopConnections, T> question) {
        List<CompletableFuture<T>> parts = new ArrayList<>();
        byLoop.forEach((loop, connections) ->
                parts.add(CompletableFuture.supplyAsync(() -> question.apply(connections), loop)));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    /** {@link #routeChanged} for each of them. */
    public void routesChanged(List<RouteChange> changes) {
        for (RouteChange change : changes) {
            if (change.before() != null) {
                routeChanged(change.before(), change.after());
            }
        }
    }

    /**
     * A route changed: connections of endpoints that no longer serve are kept, drained or reset, as the Service says.
     * To be called after the table with the new route was published.
     *
     * @param after null when the Service port is gone
     */
    public void routeChanged(Route before, @Nullable Route after) {
        Route newest = after == null ? before : after;
        if (newest.servicePort().options().endpointRemoval() != EndpointRemoval.KEEP) {
            byLoop.forEach((loop, connections) -> loop.execute(() -> connections.routeChanged(before, after)));
        }
    }

    /**
     * Takes no more connections and waits for the open ones; those that are left after the grace period are reset.
     *
     * @return complete when no connection is left
     */
    public CompletableFuture<Void> drain(Duration grace) {
        CompletableFuture<Void> ended = open.close();
        byLoop.forEach((loop, connections) -> {
            Runnable reset = () -> connections.resetAll(CloseReason.SHUTDOWN);
            loop.schedule(reset, grace.toMillis(), TimeUnit.MILLISECONDS);
        });
        return ended;
    }
}
