package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.clientip.UpstreamBinding;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens UDP sockets by hand, for epoll. Stateless. */
final class EpollUdpSockets {
    private static final Logger log = LoggerFactory.getLogger(EpollUdpSockets.class);

    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_IP = 0;
    private static final int IP_PKTINFO = 8;
    private static final int IP_FREEBIND = 15;
    private static final int IP_TRANSPARENT = 19;
    private static final int IP_RECVORIGDSTADDR = 20;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_RECVORIGDSTADDR = 74;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int IPV6_FREEBIND = 78;
    private static final int SOL_UDP = 17;
    private static final int UDP_GRO = 104;

    /** Without CAP_NET_ADMIN one refusal is enough: it will not be granted to a later socket. */
    private static volatile boolean mayForce = true;

    /** Since Linux 5.0. */
    private static volatile boolean mayCoalesce = true;

    private EpollUdpSockets() {}

    /** Bound to a frontend of its own. */
    static LinuxSocket bound(AddressPort address, boolean transparent, boolean ingress, int bufferBytes)
            throws IOException {
        boolean ipv4 = address.address().isIpv4();
        return prepared(ipv4, socket -> {
            tellIngress(socket, ipv4, ingress);
            socket.setIntOpt(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_FREEBIND : IPV6_FREEBIND, 1);
            setTransparent(socket, ipv4, transparent);
            growBuffers(socket, bufferBytes, true);
            socket.bind(address.toSocketAddress());
        });
    }

    /** One of a group among which the kernel picks by the client; tells where each datagram was sent to. */
    static LinuxSocket steered(AddressPort address, boolean ingress, int bufferBytes) throws IOException {
        boolean ipv4 = address.address().isIpv4();
        return prepared(ipv4, socket -> {
            tellIngress(socket, ipv4, ingress);
            socket.setReusePort(true);
            socket.setIntOpt(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_RECVORIGDSTADDR : IPV6_RECVORIGDSTADDR, 1);
            growBuffers(socket, bufferBytes, false);
            socket.bind(address.toSocketAddress());
        });
    }

    /**
     * One of either kind as an earlier process made it.
     *
     * @param descriptor closed when this fails
     */
    static LinuxSocket inherited(int descriptor, boolean ipv4, boolean transparent, boolean ingress)
            throws IOException {
        LinuxSocket socket = LinuxSocket.newSocket(descriptor);
        try {
            tellIngress(socket, ipv4, ingress);
            setTransparent(socket, ipv4, transparent);
            coalesce(socket);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Connected to an endpoint. */
    static LinuxSocket connected(AddressPort endpoint, @Nullable UpstreamBinding source, int bufferBytes)
            throws IOException {
        boolean ipv4 = endpoint.address().isIpv4();
        return prepared(ipv4, socket -> {
            growBuffers(socket, bufferBytes, false);
            if (source != null) {
                // The port may be another session's as well, to another endpoint.
                socket.setReuseAddress(true);
                setTransparent(socket, ipv4, source.transparent());
                socket.bind(source.source().toSocketAddress());
            }
            socket.connect(endpoint.toSocketAddress());
        });
    }

    private static LinuxSocket prepared(boolean ipv4, Preparation preparation) throws IOException {
        LinuxSocket socket = open(ipv4);
        try {
            if (!ipv4) {
                socket.setIntOpt(SOL_IPV6, IPV6_V6ONLY, 1);
            }
            preparation.prepare(socket);
            coalesce(socket);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static LinuxSocket open(boolean ipv4) throws IOException {
        try {
            return LinuxSocket.newSocketDgram(ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
        } catch (ChannelException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }

    /** Whether each datagram shall come with the interface that it came in through. */
    private static void tellIngress(LinuxSocket socket, boolean ipv4, boolean wanted) throws IOException {
        socket.setIntOpt(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_PKTINFO : IPV6_RECVPKTINFO, wanted ? 1 : 0);
    }

    private static void setTransparent(LinuxSocket socket, boolean ipv4, boolean transparent) throws IOException {
        if (transparent) {
            socket.setIntOpt(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, 1);
        }
    }

    /** Datagrams that came as one packet are read as one: what QUIC servers send with UDP_SEGMENT. */
    private static void coalesce(LinuxSocket socket) {
        if (mayCoalesce) {
            try {
                socket.setIntOpt(SOL_UDP, UDP_GRO, 1);
            } catch (IOException | ChannelException e) {
                mayCoalesce = false;
                log.atDebug().addKeyValue("cause", e.getMessage()).log("Datagrams are read one by one");
            }
        }
    }

    /** Beyond {@code net.core.rmem_max} where CAP_NET_ADMIN allows it, else up to it. */
    private static void growBuffers(LinuxSocket socket, int bytes, boolean sending) throws IOException {
        if (mayForce) {
            try {
                socket.setIntOpt(SOL_SOCKET, SO_RCVBUFFORCE, bytes);
                if (sending) {
                    socket.setIntOpt(SOL_SOCKET, SO_SNDBUFFORCE, bytes);
                }
                return;
            } catch (IOException | ChannelException e) {
                mayForce = false;
                log.atDebug().addKeyValue("cause", e.getMessage()).log("Receive buffer is capped by rmem_max");
            }
        }
        socket.setReceiveBufferSize(bytes);
        if (sending) {
            socket.setSendBufferSize(bytes);
        }
    }

    /** What makes a fresh socket what it shall be. */
    private interface Preparation {
        void prepare(LinuxSocket socket) throws IOException;
    }
}
