package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.Inet4Address;

/** Opens listening sockets by hand, for epoll. Stateless. */
final class EpollSockets {
    private static final int SOL_IP = 0;
    private static final int IP_FREEBIND = 15;
    private static final int IP_TRANSPARENT = 19;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int IPV6_FREEBIND = 78;

    private EpollSockets() {}

    static LinuxSocket listen(AddressPort address, ListenerOptions options) throws IOException {
        boolean ipv4 = address.address().isIpv4();
        LinuxSocket socket = open(ipv4);
        try {
            socket.setReuseAddress(true);
            socket.setReusePort(options.perLoop());
            if (!ipv4) {
                socket.setIntOpt(SOL_IPV6, IPV6_V6ONLY, 1);
            }
            if (options.freeBind()) {
                socket.setIntOpt(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_FREEBIND : IPV6_FREEBIND, 1);
            }
            if (options.transparent()) {
                socket.setIntOpt(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, 1);
            }
            prepareForClients(socket);
            socket.bind(address.toSocketAddress());
            socket.listen(options.backlog());
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** What may have to be otherwise than the earlier process had it. */
    static void adopt(LinuxSocket socket, ListenerOptions options) throws IOException {
        boolean ipv4 = socket.localAddress().getAddress() instanceof Inet4Address;
        socket.setIntOpt(
                ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, options.transparent() ? 1 : 0);
        prepareForClients(socket);
    }

    private static LinuxSocket open(boolean ipv4) throws IOException {
        try {
            return LinuxSocket.newSocketStream(ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
        } catch (ChannelException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }

    /** Accepted sockets inherit these from the listening one, which saves two system calls for each client. */
    static void prepareForClients(LinuxSocket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
    }
}
