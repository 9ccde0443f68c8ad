package io.ballast.daemon.http;

import io.ballast.core.model.AddressPort;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.Offer;
import io.ballast.netty.handover.SocketKey;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One thread that accepts and serves HTTP connections. <em>Thread-safe.</em> */
public final class HttpLoop implements AutoCloseable {
    private static final int MAX_EVENTS = 64;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final ChannelOption<Integer> V6_ONLY =
            new IntegerUnixChannelOption("IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY);
    private static final int BACKLOG = 1024;

    private final boolean epoll;
    private final InheritedSockets inherited;
    private final OpenConnections connections;
    private final Set<Channel> servers = ConcurrentHashMap.newKeySet();
    private final MultiThreadIoEventLoopGroup group;

    /**
     * Prefers epoll, which alone can keep an IPv6 wildcard socket from taking the IPv4 port as well.
     *
     * @param connections open at once, of all servers; a new one closes the one that has been unused longest
     */
    public HttpLoop(String threadName, int connections) {
        this(threadName, connections, Epoll.isAvailable(), new InheritedSockets());
    }

    /** @param inherited is looked into before an address is bound */
    public HttpLoop(String threadName, int connections, InheritedSockets inherited) {
        this(threadName, connections, Epoll.isAvailable(), inherited);
    }

    HttpLoop(String threadName, int connections, boolean epoll) {
        this(threadName, connections, epoll, new InheritedSockets());
    }

    private HttpLoop(String threadName, int connections, boolean epoll, InheritedSockets inherited) {
        this.connections = new OpenConnections(connections);
        this.epoll = epoll;
        this.inherited = inherited;
        IoHandlerFactory io = epoll
                ? EpollIoHandler.newFactory(MAX_EVENTS, DefaultSelectStrategyFactory.INSTANCE)
                : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(threadName, true), io);
    }

    /** The loop's only thread, for timers and for meters. */
    public EventExecutor executor() {
        return group.next();
    }

    /** To be touched on the loop only. */
    OpenConnections connections() {
        return connections;
    }

    /**
     * Listens on one address.
     *
     * @param dualStack whether a wildcard means both families, as in Go's {@code net.Listen("tcp", …)}; else an address
     *     stands for its own family only
     */
    ChannelFuture bind(InetSocketAddress address, boolean dualStack, ChannelHandler pipeline) {
        boolean bothFamilies = dualStack && address.getAddress().isAnyLocalAddress() && hasIpv6();
        boolean ipv6 = bothFamilies || address.getAddress() instanceof Inet6Address;
        InetSocketAddress at = bothFamilies ? new InetSocketAddress("::", address.getPort()) : address;
        int[] descriptors = epoll ? inherited.take(SocketKey.Use.HTTP, AddressPort.of(at)) : new int[0];
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handler(new AcceptPauses(Ticker.system(), connections))
                .childHandler(pipeline);
        if (descriptors.length == 1) {
            int descriptor = descriptors[0];
            return track(bootstrap
                    .channelFactory(() -> new EpollServerSocketChannel(descriptor))
                    .register());
        }
        if (epoll && ipv6 && !bothFamilies) {
            bootstrap.option(V6_ONLY, 1);
        }
        return track(bootstrap.channelFactory(() -> newServerChannel(ipv6)).bind(at));
    }

    private ChannelFuture track(ChannelFuture opening) {
        servers.add(opening.channel());
        opening.channel().closeFuture().addListener(closed -> servers.remove(opening.channel()));
        return opening;
    }

    /** All that listens, for a successor; stays owned here. */
    public List<Offer.Item> offer() {
        return servers.stream()
                .filter(server -> server instanceof UnixChannel && server.localAddress() != null)
                .map(server -> new Offer.Item(
                        new SocketKey(SocketKey.Use.HTTP, AddressPort.of((InetSocketAddress) server.localAddress())),
                        ((UnixChannel) server).fd().intValue()))
                .toList();
    }

    /** Accepts no more; open connections stay. */
    public void stopListening() {
        servers.forEach(Channel::close);
    }

    private ServerChannel newServerChannel(boolean ipv6) {
        SocketProtocolFamily family = ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        return epoll
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    /** Absent when the kernel has no IPv6 at all; then an IPv6 socket cannot even be opened. */
    private static boolean hasIpv6() {
        return Files.exists(Path.of("/proc/net/if_inet6"));
    }

    /** Closes every connection and ends the thread. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
