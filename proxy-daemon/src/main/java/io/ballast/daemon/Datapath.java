package io.ballast.daemon;

import io.ballast.core.detect.RouteLookup;
import io.ballast.core.detect.SourceDetector;
import io.ballast.core.model.Durations;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.core.spi.FrontendListener;
import io.ballast.core.spi.Ticker;
import io.ballast.daemon.config.BallastOptions;
import io.ballast.daemon.config.ClientIpMode;
import io.ballast.daemon.config.TransportChoice;
import io.ballast.netty.Interception;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.NettyDataplane;
import io.ballast.netty.TcpDatapath;
import io.ballast.netty.TcpFrontendSockets;
import io.ballast.netty.clientip.ClientAddresses;
import io.ballast.netty.clientip.ReservedPorts;
import io.ballast.netty.handover.Offer;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.intercept.InsideSources;
import io.ballast.netty.intercept.TrafficInterceptor;
import io.ballast.netty.linux.DescriptorLimit;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.repair.Repairs;
import io.ballast.netty.tcp.ConnectionLog;
import io.ballast.netty.tcp.TcpSettings;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import io.ballast.netty.udp.UdpDatapath;
import io.ballast.netty.udp.UdpSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Everything that moves bytes, put together. Built and closed by the daemon; see its parts for their threads. */
final class Datapath implements AutoCloseable {
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);
    /** For the last packet of a handshake that began before a successor was asked instead. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(1);
    /** For the answer to a datagram that came before; as long as resolvers wait for one (resolv.conf(5)). */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final EventLoops loops;
    /** The same, but for io_uring, whose sockets keep a buffer for the largest datagram each. */
    private final EventLoops udpLoops;

    private final ClientAddresses clientAddresses;
    private final TcpDatapath tcp;
    private final UdpDatapath udp;
    private final Interception interception;
    private final NettyDataplane dataplane;
    private final DatapathFacts facts;
    /** Whether a successor accepts from sockets of its own, so that ours may still get the end of a handshake. */
    private volatile boolean leftAlone;

    /**
     * @param succession from whom sockets are taken over
     * @param nodeIp the node's own address in a family; may change with the Node object
     * @param routes where this host would send packets
     * @throws IOException when what was asked for by name cannot be had
     */
    Datapath(
            BallastOptions options,
            Router router,
            NodeNetwork network,
            Function<IpFamily, @Nullable IpAddress> nodeIp,
            RouteLookup routes,
            ConnectionLog connectionLog,
            FrontendListener listener,
            Succession succession)
            throws IOException {
        IoTransport transport = IoTransport.parse(options.transport().label());
        int count = options.eventLoops() == 0 ? EventLoops.defaultCount() : options.eventLoops();
        loops = EventLoops.start(transport, count);
        udpLoops = transport == IoTransport.IO_URING ? EventLoops.start(IoTransport.automatic(), count) : loops;
        KernelNumbers numbers =
                new KernelNumbers(options.mark().value(), options.mark().mask());
        clientAddresses = ClientAddresses.open(new ClientAddresses.Settings(
                options.clientIp() == ClientIpMode.AUTO,
                transport.hasDescriptors() ? "" : "--transport=" + transport.label() + " has no transparent sockets",
                numbers,
                new ReservedPorts(
                        options.clientIpPorts().first(), options.clientIpPorts().last()),
                nodeIp,
                routes));
        router.clientAddressReach(clientAddresses);
        tcp = new TcpDatapath(loops, router, tcpSettings(options), clientAddresses.newBinder(), connectionLog);
        udp = new UdpDatapath(
                udpLoops,
                router,
                clientAddresses.newBinder(),
                UdpSettings.DEFAULTS.within(DescriptorLimit.ofThisProcess()),
                Ticker.system(),
                succession.inherited());
        ListenerOptions bound = transport == IoTransport.NIO
                ? ListenerOptions.PLAIN
                : ListenerOptions.PLAIN.withFreeBind(true).withPerLoop(true);
        interception = Interception.open(
                new Interception.Settings(mode(options), numbers, nodeIp),
                new Interception.Sockets(
                        tcp, new TcpFrontendSockets(tcp, bound, succession.inherited()), udp, succession.inherited()),
                new Interception.Surroundings(network, router::allowedSources));
        interception.repairs().restoreWith(Repairs.Part.CLIENT_IP, clientAddresses::restore);
        dataplane = new NettyDataplane(router, new TakeOver(succession), this::routesChanged, listener);
        String noBatchedCalls = DatapathFacts.noBatchedCalls(options.transport());
        facts = new DatapathFacts(router, dataplane, interception, clientAddresses, noBatchedCalls);
    }

    /** With {@code --transport=epoll} nothing goes through io_uring, whatever this process may. */
    private static TcpSettings tcpSettings(BallastOptions options) {
        TcpSettings settings = TcpSettings.DEFAULTS.withMaxConnections(options.maxConnections());
        return options.transport() == TransportChoice.EPOLL ? settings.withBatchFrom(0) : settings;
    }

    /** Interception begins with what an earlier process hands over, and is told when that one accepts no more. */
    private final class TakeOver implements NettyDataplane.Opening {
        private final Succession succession;

        TakeOver(Succession succession) {
            this.succession = succession;
        }

        @Override
        public TrafficInterceptor open() {
            return interception.start(succession.begin());
        }

        @Override
        public void served() {
            interception.accept();
            clientAddresses.own();
            udp.resume(succession.complete(!interception.offeredLookup().isEmpty()));
            interception.settle();
            succession.settled();
        }
    }

    private static Interception.Mode mode(BallastOptions options) {
        return switch (options.intercept()) {
            case AUTO -> Interception.Mode.AUTO;
            case SK_LOOKUP -> Interception.Mode.SK_LOOKUP;
            case BIND -> Interception.Mode.BIND;
        };
    }

    private void routesChanged(List<RouteChange> changes) {
        tcp.connections().routesChanged(changes);
        udp.routesChanged(changes);
    }

    NettyDataplane dataplane() {
        return dataplane;
    }

    TcpDatapath tcp() {
        return tcp;
    }

    UdpDatapath udp() {
        return udp;
    }

    Interception interception() {
        return interception;
    }

    ClientAddresses clientAddresses() {
        return clientAddresses;
    }

    /** What there is to tell of it. Any thread. */
    DatapathFacts facts() {
        return facts;
    }

    EventLoops loops() {
        return loops;
    }

    /** Tells the kernel who counts as inside. Sync thread. */
    void classify(SourceDetector.Facts facts) {
        interception.classify(new InsideSources(facts.detector(), facts.nodeAddresses()));
    }

    /** All that a successor takes, besides the HTTP servers'. Sync thread. */
    Offer offer(List<Offer.Item> http) {
        List<Offer.Item> sockets = new ArrayList<>(tcp.offer());
        sockets.addAll(udp.offer());
        sockets.addAll(http);
        return new Offer(sockets, interception.sharedListeners(), interception.offeredLookup());
    }

    /**
     * Accepts no more: a successor does. Sync thread.
     *
     * @param listening whether it accepts from the same sockets; what waits at others is served with {@link #drain}
     * @return the UDP sessions
     */
    List<SessionHandOver> release(boolean listening) {
        leftAlone = !listening;
        if (listening) {
            tcp.handOver()
                    .orTimeout(LONGEST_CLOSE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        // From sockets of each frontend to the socket lookup nobody can tell which socket will hear a client: answers
        // that are under way get through here, and what the client says next begins a session there.
        boolean told = listening || !interception.offeredLookup().isEmpty();
        return told ? udp.handOver(listening) : List.of();
    }

    /** Stops accepting and lets connections finish; complete when none is left or the grace period is over. */
    CompletableFuture<Void> drain(Duration grace) {
        long begun = System.nanoTime();
        CompletableFuture<Void> served = leftAlone ? lastClients(grace) : CompletableFuture.completedFuture(null);
        return served.thenRunAsync(interception::stopAccepting)
                .thenCompose(done -> tcp.drain(grace.minusNanos(System.nanoTime() - begun)));
    }

    /** Those who came here before a successor was asked instead. */
    private CompletableFuture<Void> lastClients(Duration grace) {
        Executor later = CompletableFuture.delayedExecutor(
                Durations.shorter(HANDSHAKE, grace).toNanos(), TimeUnit.NANOSECONDS);
        return CompletableFuture.runAsync(() -> {}, later)
                .thenCompose(done -> udp.answered(Durations.shorter(ANSWER, grace)));
    }

    @Override
    public void close() {
        udp.close();
        interception.close();
        loops.close();
        if (udpLoops != loops) {
            udpLoops.close();
        }
        clientAddresses.close();
    }
}
