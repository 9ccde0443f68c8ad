package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.Protocol;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Where listeners deliver the clients of one event loop. Confined to that event loop. */
public final class TcpIntake {
    private final LoopConnections connections;

    TcpIntake(LoopConnections connections) {
        this.connections = connections;
    }

    /**
     * Takes over a descriptor that accept(2) returned; for epoll.
     *
     * @param frontend what the client dialled; null where only the socket itself knows
     */
    public void accept(int descriptor, @Nullable Frontend frontend, AddressPort client) {
        EpollLoop loop = (EpollLoop) connections.connector();
        EpollSocket socket = loop.accepted(descriptor);
        Frontend dialled = frontend == null ? dialled(socket) : frontend;
        if (dialled == null) {
            socket.closeQuietly();
        } else {
            connections.accept(new EpollAcceptedSocket(loop, socket), dialled, client);
        }
    }

    private static @Nullable Frontend dialled(EpollSocket client) {
        AddressPort local = client.localAddress();
        return local == null ? null : new Frontend(Protocol.TCP, local.address(), local.port());
    }

    /** Takes over an accepted channel that is not registered yet; for io_uring and NIO. */
    public void accept(SocketChannel channel) {
        ChannelAcceptedSocket accepted = new ChannelAcceptedSocket((ChannelConnector) connections.connector(), channel);
        InetSocketAddress local = channel.localAddress();
        InetSocketAddress remote = channel.remoteAddress();
        if (local == null || remote == null) {
            // The client is gone already, and its addresses with it.
            accepted.reset();
            return;
        }
        AddressPort dialled = AddressPort.of(local);
        Frontend frontend = new Frontend(Protocol.TCP, dialled.address(), dialled.port());
        connections.accept(accepted, frontend, AddressPort.of(remote));
    }
}
