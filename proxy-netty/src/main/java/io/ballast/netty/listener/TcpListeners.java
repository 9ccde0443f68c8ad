package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.tcp.TcpConnections;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Opens listeners whose clients go to one {@link TcpConnections}. <em>Thread-safe</em>; not to be called on a loop. */
public final class TcpListeners {
    private final EventLoops loops;
    private final TcpConnections connections;

    public TcpListeners(EventLoops loops, TcpConnections connections) {
        this.loops = loops;
        this.connections = connections;
    }

    /**
     * Binds and listens.
     *
     * @param address port 0 lets the kernel choose
     * @throws IOException when the kernel refuses: the address is in use, not local, or privileges are missing
     */
    public TcpListener open(AddressPort address, ListenerOptions options) throws IOException {
        if (!options.perLoop() || loops.size() == 1) {
            return new TcpListener(List.of(open(loops.next(), address, options, loops.all())));
        }
        List<ListenerSocket> sockets = new ArrayList<>();
        AddressPort bound = address;
        try {
            for (IoEventLoop loop : loops.all()) {
                sockets.add(open(loop, bound, options, List.of(loop)));
                bound = sockets.get(0).address();
            }
        } catch (IOException e) {
            sockets.forEach(socket -> socket.close(false));
            throw e;
        }
        return new TcpListener(sockets);
    }

    private ListenerSocket open(
            IoEventLoop loop, AddressPort address, ListenerOptions options, List<IoEventLoop> targets)
            throws IOException {
        AcceptTarget target = new AcceptTarget(connections, targets);
        ResourceShortage shortage = connections.shortage();
        if (loops.transport() == IoTransport.EPOLL) {
            return onLoop(loop, () -> {
                LinuxSocket socket = EpollSockets.listen(address, options);
                return start(new EpollListenerSocket(loop, socket, options.redirected(), target, shortage));
            });
        }
        return onLoop(loop, () -> ListenerChannels.listen(loops.transport(), loop, address, options, target, shortage));
    }

    /**
     * Takes over listening, non-blocking descriptors: one for each event loop where the numbers agree, else the clients
     * of each go to all loops in turn.
     *
     * @param options {@code transparent} and {@code redirected} apply, the rest is as it was opened
     * @param descriptors owned by the listener from now on
     * @throws IllegalStateException on another transport than epoll
     */
    public TcpListener adopt(ListenerOptions options, int... descriptors) throws IOException {
        if (loops.transport() != IoTransport.EPOLL) {
            throw new IllegalStateException(
                    "transport " + loops.transport().label() + " cannot take over listening sockets; use epoll");
        }
        boolean perLoop = descriptors.length == loops.size();
        List<ListenerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < descriptors.length; i++) {
            LinuxSocket socket = LinuxSocket.newSocket(descriptors[i]);
            IoEventLoop loop = perLoop ? loops.all().get(i) : loops.next();
            AcceptTarget target = new AcceptTarget(connections, perLoop ? List.of(loop) : loops.all());
            sockets.add(onLoop(loop, () -> {
                EpollSockets.adopt(socket, options);
                return start(
                        new EpollListenerSocket(loop, socket, options.redirected(), target, connections.shortage()));
            }));
        }
        return new TcpListener(sockets);
    }

    private static ListenerSocket start(EpollListenerSocket socket) {
        socket.start();
        return socket;
    }

    /** Sockets belong to the network namespace of the thread that opens them: that of the loop. */
    private static ListenerSocket onLoop(IoEventLoop loop, Callable<ListenerSocket> open) throws IOException {
        var opened = loop.submit(open).awaitUninterruptibly();
        if (opened.isSuccess()) {
            return opened.getNow();
        }
        Throwable cause = opened.cause();
        throw cause instanceof IOException failure ? failure : new IOException(cause.getMessage(), cause);
    }
}
