package io.ballast.netty.udp;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.intercept.FrontendSockets;
import io.ballast.netty.tcp.ConnectionView;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Relays datagrams between clients and endpoints. {@link #open} and {@link #routesChanged} are called from the sync
 * thread; everything else happens on the event loop that a frontend was given.
 */
public final class UdpDatapath implements FrontendSockets, AutoCloseable {
    private final EventLoops loops;
    private final UdpSettings settings;
    private final Map<EventLoop, UdpLoop> byLoop = new LinkedHashMap<>();
    private final Map<Frontend, Channel> frontends = new ConcurrentHashMap<>();

    /**
     * @param loops of epoll, or NIO where the kernel has no epoll: sockets of io_uring keep a buffer for the largest
     *     datagram each, used or not
     * @param binder chooses the local addresses of sockets to endpoints
     */
    public UdpDatapath(EventLoops loops, Router router, UpstreamBinder binder, UdpSettings settings, Ticker ticker) {
        this.loops = loops;
        this.settings = settings;
        int share = Math.max(1, settings.maxSessions() / loops.size());
        for (EventLoop loop : loops.all()) {
            UpstreamConnector connector = new ChannelUpstreams(loop, loops.transport(), settings);
            byLoop.put(loop, new UdpLoop(loop, router, ticker, binder, connector, new UdpSessionTable(share)));
        }
    }

    @Override
    public OpenSocket open(Frontend frontend, boolean transparent) throws IOException {
        EventLoop loop = loops.next();
        UdpLoop shared = byLoop.get(loop);
        if (shared == null) {
            throw new AssertionError("an event loop of ours has no table");
        }
        Channel channel = bind(loop, new BoundSocket(new UdpFrontend(frontend, shared)), frontend, transparent);
        UdpChannelOptions.growReceiveBuffer(channel, loops.transport(), settings.receiveBufferBytes());
        frontends.put(frontend, channel);
        return new OpenFrontend(frontend, channel);
    }

    private final class OpenFrontend implements OpenSocket {
        private final Frontend frontend;
        private final Channel channel;

        OpenFrontend(Frontend frontend, Channel channel) {
            this.frontend = frontend;
            this.channel = channel;
        }

        @Override
        public int descriptor() {
            return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
        }

        @Override
        public void close() {
            frontends.remove(frontend, channel);
            channel.close().awaitUninterruptibly();
        }
    }

    private Channel bind(EventLoop loop, BoundSocket handler, Frontend frontend, boolean transparent)
            throws IOException {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(loops.transport().datagramChannel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        UdpChannelOptions.receiveWholeDatagrams(channel.config(), loops.transport());
                        channel.pipeline().addLast(handler);
                    }
                });
        if (loops.transport() == IoTransport.EPOLL) {
            bootstrap.option(EpollChannelOption.IP_FREEBIND, true);
        }
        if (transparent && !loops.transport().hasDescriptors()) {
            throw new IOException("this transport has no IP_TRANSPARENT; use epoll");
        } else if (transparent) {
            bootstrap.option(EpollChannelOption.IP_TRANSPARENT, true);
        }
        ChannelFuture bound = bootstrap
                .bind(frontend.address().toInetAddress(), frontend.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }

    @Override
    public boolean isInUse(IpAddress frontendAddress) {
        return frontends.keySet().stream()
                .anyMatch(frontend -> frontend.address().equals(frontendAddress));
    }

    /**
     * Ends sessions whose endpoint no longer serves, so that the client's next datagram is scheduled anew (kube-proxy's
     * conntrack reconciler, which looks at <em>serving</em> and never at readiness or policy).
     */
    public void routesChanged(List<RouteChange> changes) {
        List<RouteChange> concerned =
                changes.stream().filter(UdpDatapath::concernsSessions).toList();
        if (!concerned.isEmpty()) {
            byLoop.forEach((loop, shared) -> loop.execute(() -> concerned.forEach(shared.sessions()::routeChanged)));
        }
    }

    private static boolean concernsSessions(RouteChange change) {
        return change.before() != null && change.before().servicePort().name().protocol() == Protocol.UDP;
    }

    /** Live sessions of all loops. Any thread. */
    public int sessionCount() {
        return byLoop.values().stream()
                .mapToInt(shared -> shared.sessions().size())
                .sum();
    }

    /** At most that many sessions as they are now, of each loop the longest idle first. Any thread. */
    public CompletableFuture<List<ConnectionView>> snapshot(int limit) {
        List<CompletableFuture<List<ConnectionView>>> parts = byLoop.entrySet().stream()
                .map(entry -> CompletableFuture.supplyAsync(
                        () -> entry.getValue().sessions().views(limit), entry.getKey()))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> parts.stream()
                        .flatMap(part -> part.join().stream())
                        .limit(limit)
                        .toList());
    }

    @Override
    public void close() {
        frontends.values().forEach(Channel::close);
        frontends.clear();
    }
}
