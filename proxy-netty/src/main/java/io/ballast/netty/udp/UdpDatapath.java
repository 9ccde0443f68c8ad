package io.ballast.netty.udp;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.Offer;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.intercept.DatagramSockets;
import io.ballast.netty.tcp.ConnectionView;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import io.ballast.netty.udp.FrontendOpener.BoundFrontend;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Relays datagrams between clients and endpoints. {@link #open}, {@link #steer} and {@link #routesChanged} are called
 * from the sync thread; everything else happens on the event loop that a frontend, or a client of it, was given.
 */
public final class UdpDatapath implements DatagramSockets, AutoCloseable {
    private final EventLoops loops;
    private final UdpSettings settings;
    private final FrontendOpener opener;
    private final List<UdpLoop> all = new ArrayList<>();
    private final InheritedSockets inherited;
    private final Map<Frontend, BoundFrontend> bound = new ConcurrentHashMap<>();
    private final List<SteeredUdp> steered = new CopyOnWriteArrayList<>();
    private final LiveFrontends live = new LiveFrontends();
    private int turn;

    /**
     * @param loops of epoll, or NIO where the kernel has no epoll: sockets of io_uring keep a buffer for the largest
     *     datagram each, used or not
     * @param binder chooses the local addresses of sockets to endpoints
     * @param inherited is looked into before a socket is opened
     */
    public UdpDatapath(
            EventLoops loops,
            Router router,
            UpstreamBinder binder,
            UdpSettings settings,
            Ticker ticker,
            InheritedSockets inherited) {
        this.loops = loops;
        this.settings = settings;
        this.inherited = inherited;
        this.opener = isByHand()
                ? new EpollFrontends(settings, inherited)
                : new ChannelFrontends(loops.transport(), settings);
        int share = Math.max(1, settings.maxSessions() / loops.size());
        for (IoEventLoop loop : loops.all()) {
            UpstreamConnector connector = isByHand()
                    ? new EpollUdpLoop(loop, settings)
                    : new ChannelUpstreams(loop, loops.transport(), settings);
            all.add(new UdpLoop(loop, router, ticker, binder, connector, new UdpSessionTable(share), live));
        }
    }

    private boolean isByHand() {
        return loops.transport() == IoTransport.EPOLL;
    }

    @Override
    public OpenSocket open(Frontend frontend, boolean transparent, boolean perLoop) throws IOException {
        UdpLoop loop = all.get(Math.floorMod(turn++, all.size()));
        BoundFrontend socket = opener.open(frontend, loop, transparent);
        bound.put(frontend, socket);
        return new OpenSocket() {
            @Override
            public int descriptor() {
                return socket.descriptor();
            }

            @Override
            public void close() {
                bound.remove(frontend, socket);
                socket.close();
            }
        };
    }

    /**
     * Opens sockets that the kernel is to lead any frontends of a family to.
     *
     * @param own a loopback address of the family
     * @param shared where an earlier process had such sockets
     * @throws IOException with the reason why that cannot be had
     */
    public SteeredUdp steer(IpAddress own, List<SocketKey> shared) throws IOException {
        if (!isByHand()) {
            throw new IOException("needs --transport=epoll");
        }
        int[] handedOver = shared.stream()
                .filter(key -> key.use() == SocketKey.Use.UDP
                        && key.address().address().equals(own))
                .findFirst()
                .map(key -> inherited.take(key.use(), key.address()))
                .orElse(new int[0]);
        SteeredUdp opened =
                handedOver.length == 0 ? SteeredUdp.open(own, all, settings) : SteeredUdp.adopt(own, all, handedOver);
        steered.add(opened);
        return opened;
    }

    /** Where the sockets for all frontends of a family are bound. */
    public List<SocketKey> shared() {
        return steered.stream()
                .map(each -> new SocketKey(SocketKey.Use.UDP, each.own().addressPort()))
                .toList();
    }

    /** All that receives, for a successor; stays owned here. */
    public List<Offer.Item> offer() {
        Stream<Offer.Item> frontends = bound.entrySet().stream()
                .filter(entry -> entry.getValue().descriptor() >= 0)
                .map(entry -> new Offer.Item(
                        new SocketKey(SocketKey.Use.UDP, entry.getKey().addressPort()),
                        entry.getValue().descriptor()));
        return Stream.concat(steered.stream().flatMap(SteeredUdp::offer), frontends)
                .toList();
    }

    /**
     * Gives all sessions away. Answers wait in their sockets until somebody goes on with them.
     *
     * @param shared whether the successor receives from the same sockets, so that this process must not any more;
     *     otherwise it goes on to serve who still comes here
     */
    public List<SessionHandOver> handOver(boolean shared) {
        if (!isByHand()) {
            return List.of();
        }
        List<Future<List<SessionHandOver>>> parts = all.stream()
                .map(loop -> loop.loop().submit(() -> handOver(loop, shared)))
                .toList();
        return parts.stream()
                .flatMap(part -> part.awaitUninterruptibly().getNow().stream())
                .toList();
    }

    private static List<SessionHandOver> handOver(UdpLoop loop, boolean shared) {
        EpollUdpLoop home = (EpollUdpLoop) loop.connector();
        if (shared) {
            home.stopListening();
        }
        home.replies().flush();
        return loop.sessions().handOver();
    }

    /**
     * Goes on with the sessions of an earlier process, and receives from what was its sockets. When this returns, what
     * their clients say next is theirs, by whatever way it comes.
     */
    public void resume(List<SessionHandOver> sessions) {
        sessions.forEach(this::resume);
        if (isByHand()) {
            all.forEach(loop -> LoopCalls.run(loop.loop(), ((EpollUdpLoop) loop.connector())::startListening));
        }
    }

    /** Complete once endpoints have answered who asked them last, or have not within that time. Any thread. */
    public CompletableFuture<Void> answered(Duration most) {
        return CompletableFuture.allOf(
                all.stream().map(loop -> PendingAnswers.await(loop, most)).toArray(CompletableFuture<?>[]::new));
    }

    private void resume(SessionHandOver session) {
        BoundFrontend frontend = bound.get(session.frontend());
        if (frontend != null) {
            frontend.resume(session);
        } else if (steered.stream().noneMatch(each -> each.resume(session))) {
            // Not served any more, or the kernel leads the client to a socket that only its next datagram shows.
            session.close();
        }
    }

    @Override
    public void end(Frontend frontend) {
        steered.forEach(each -> each.end(frontend));
    }

    @Override
    public boolean isInUse(IpAddress frontendAddress) {
        return live.has(frontendAddress);
    }

    @Override
    public boolean hasSessions(Frontend frontend) {
        return live.has(frontend);
    }

    /**
     * Ends sessions whose endpoint no longer serves, so that the client's next datagram is scheduled anew (kube-proxy's
     * conntrack reconciler, which looks at <em>serving</em> and never at readiness or policy).
     */
    public void routesChanged(List<RouteChange> changes) {
        List<RouteChange> concerned =
                changes.stream().filter(UdpDatapath::concernsSessions).toList();
        if (!concerned.isEmpty()) {
            all.forEach(loop -> loop.loop().execute(() -> concerned.forEach(loop.sessions()::routeChanged)));
        }
    }

    private static boolean concernsSessions(RouteChange change) {
        return change.before() != null && change.before().servicePort().name().protocol() == Protocol.UDP;
    }

    /** Live sessions of all loops. Any thread. */
    public int sessionCount() {
        return all.stream().mapToInt(loop -> loop.sessions().size()).sum();
    }

    /** At most that many sessions as they are now, of each loop the longest idle first. Any thread. */
    public CompletableFuture<List<ConnectionView>> snapshot(int limit) {
        List<CompletableFuture<List<ConnectionView>>> parts = all.stream()
                .map(loop -> CompletableFuture.supplyAsync(() -> loop.sessions().views(limit), loop.loop()))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> parts.stream()
                        .flatMap(part -> part.join().stream())
                        .limit(limit)
                        .toList());
    }

    @Override
    public void close() {
        bound.values().forEach(OpenSocket::close);
        bound.clear();
        steered.forEach(SteeredUdp::close);
        steered.clear();
        if (isByHand()) {
            all.forEach(loop -> LoopCalls.run(loop.loop(), ((EpollUdpLoop) loop.connector())::close));
        }
    }
}
