package io.ballast.netty.linux.bpf;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.netty.testing.NetworkNamespace;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sockets that say who they are to everyone who dials: {@code NAME LOCAL_ADDRESS SOCKET_NUMBER}. One event loop each,
 * together a reuseport group if there are several.
 */
final class TestServer implements AutoCloseable {

    /** What a client says to a TCP server that shall close first. */
    static final String BYE = "bye";

    private final EventLoopGroup loops;
    private final List<Channel> channels = new ArrayList<>();
    private final Protocol protocol;
    private final String name;
    private final int frontendPort;

    private TestServer(NetworkNamespace namespace, Protocol protocol, String name, int port, int sockets) {
        this.loops = new MultiThreadIoEventLoopGroup(sockets, namespace.threadFactory(), EpollIoHandler.newFactory());
        this.protocol = protocol;
        this.name = name;
        this.frontendPort = port;
    }

    /** A process of the host on a wildcard address; answers {@code host}. */
    static TestServer host(NetworkNamespace namespace, LookupCase kind, IpFamily wildcard, int port) throws Exception {
        TestServer server = new TestServer(namespace, kind.protocol(), "host", port, 1);
        String any = wildcard == IpFamily.IPV4 ? "0.0.0.0" : "::";
        return namespace.run(() -> server.open(family(wildcard), new InetSocketAddress(any, port), false));
    }

    /** What stands behind a frontend, bound to loopback at a port of its own; answers {@code service}. */
    static TestServer service(NetworkNamespace namespace, LookupCase kind, Frontend frontend, int sockets)
            throws Exception {
        TestServer server = new TestServer(namespace, kind.protocol(), "service", frontend.port(), sockets);
        return namespace.run(() -> {
            InetSocketAddress own = new InetSocketAddress(kind.loopback().toInetAddress(), 0);
            for (int socket = 0; socket < sockets; socket++) {
                server.open(family(kind.family()), own, true);
                own = server.address();
            }
            return server;
        });
    }

    /** As {@link #service}, behind the frontend of that kind in a socket lookup. */
    static TestServer serve(NetworkNamespace namespace, SocketLookup lookup, LookupCase kind, int port)
            throws Exception {
        TestServer service = service(namespace, kind, kind.frontend(port), 1);
        int listener = lookup.addListener(service.fd(), service.own());
        lookup.put(Map.of(kind.frontend(port), Steering.to(listener)));
        return service;
    }

    int fd() {
        return ((UnixChannel) channels.get(0)).fd().intValue();
    }

    /** Where the sockets are bound. */
    Frontend own() {
        AddressPort address = AddressPort.of(address());
        return new Frontend(protocol, address.address(), address.port());
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) channels.get(0).localAddress();
    }

    private TestServer open(SocketProtocolFamily family, InetSocketAddress local, boolean reusePort) {
        EventLoop loop = loops.next();
        int number = channels.size();
        // Netty makes the socket on the thread that binds, which is therefore one inside the namespace.
        Channel channel = protocol == Protocol.TCP
                ? new ServerBootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollServerSocketChannel(family))
                        .option(UnixChannelOption.SO_REUSEPORT, reusePort)
                        .childHandler(new Greeter(number))
                        .bind(local)
                        .syncUninterruptibly()
                        .channel()
                : new Bootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollDatagramChannel(family))
                        .option(UnixChannelOption.SO_REUSEPORT, reusePort)
                        .handler(new Replier(number))
                        .bind(local)
                        .syncUninterruptibly()
                        .channel();
        channels.add(channel);
        return this;
    }

    private byte[] text(AddressPort local, int number) {
        return (name + " " + local + " " + number + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static SocketProtocolFamily family(IpFamily family) {
        return family == IpFamily.IPV4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        loops.shutdownGracefully();
    }

    @ChannelHandler.Sharable
    private final class Greeter extends ChannelInboundHandlerAdapter {
        private final int number;

        Greeter(int number) {
            this.number = number;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            greet(context);
        }

        /** Greets again, or ends the connection when told {@link #BYE}. */
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            boolean bye = ((ByteBuf) message).toString(StandardCharsets.UTF_8).equals(BYE);
            ReferenceCountUtil.release(message);
            if (bye) {
                context.close();
            } else {
                greet(context);
            }
        }

        private void greet(ChannelHandlerContext context) {
            AddressPort local =
                    AddressPort.of((InetSocketAddress) context.channel().localAddress());
            context.writeAndFlush(Unpooled.wrappedBuffer(text(local, number)));
        }
    }

    /** Answers from where the datagram says it was sent to, which no socket could tell for IPv6 or a wildcard. */
    private final class Replier extends SimpleChannelInboundHandler<DatagramPacket> {
        private final int number;

        Replier(int number) {
            this.number = number;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            IpAddress dialled = IpAddress.parse(packet.content().toString(StandardCharsets.UTF_8));
            AddressPort local = new AddressPort(dialled, frontendPort);
            try (RawUdp socket = new RawUdp(dialled.family())) {
                socket.send(local, AddressPort.of(packet.sender()), text(local, number));
            }
        }
    }
}
