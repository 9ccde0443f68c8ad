package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.Protocol;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;

/** Where listeners deliver the clients of one event loop. Confined to that event loop. */
public final class TcpIntake {
    private final LoopConnections connections;

    TcpIntake(LoopConnections connections) {
        this.connections = connections;
    }

    /**
     * Takes over a descriptor that accept(2) returned; for epoll.
     *
     * @param frontend what the client dialled: the local address of the socket
     */
    public void accept(LinuxSocket socket, Frontend frontend, AddressPort client) {
        connections.accept(new EpollAcceptedSocket((EpollLoop) connections.connector(), socket), frontend, client);
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
