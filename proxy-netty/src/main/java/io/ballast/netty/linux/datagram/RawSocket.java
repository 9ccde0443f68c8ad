package io.ballast.netty.linux.datagram;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.SocketAddress;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A socket that sends from any address, this host's or not, which each message names. Bound to an address that nobody
 * dials, it gets no copies of what comes in, as a raw socket otherwise would. Thread-safe, but for {@link #close}.
 */
public final class RawSocket implements AutoCloseable {
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TRANSPARENT = 19;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_CHECKSUM = 7;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int CHECKSUM_OFFSET = 6;
    private static final int SEND_BUFFER_BYTES = 4 << 20;
    private static final IpAddress UNUSED_IPV4 = IpAddress.parse("127.66.97.108");
    private static final IpAddress UNUSED_IPV6 = IpAddress.parse("100::6261:6c6c");

    private final Descriptor socket;

    private RawSocket(Descriptor socket) {
        this.socket = socket;
    }

    /** For datagrams with {@link Recipient#from(AddressPort, AddressPort, int)}. */
    public static RawSocket udp(IpFamily family) {
        RawSocket raw = open(family, IPPROTO_UDP);
        if (family == IpFamily.IPV6) {
            // IPv6 knows no datagram without a checksum: the kernel fills it in.
            raw.set(IPPROTO_IPV6, IPV6_CHECKSUM, CHECKSUM_OFFSET);
        }
        return raw;
    }

    /** For messages with {@link Recipient#from(IpAddress, IpAddress, int)}. */
    public static RawSocket icmp(IpFamily family) {
        return open(family, family == IpFamily.IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    }

    private static RawSocket open(IpFamily family, int protocol) {
        LibC libc = SystemCalls.libc();
        boolean ipv4 = family == IpFamily.IPV4;
        int domain = ipv4 ? SocketAddress.AF_INET : SocketAddress.AF_INET6;
        int number = SystemCalls.check(
                libc.socket(domain, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol),
                () -> "make raw socket",
                Capability.NET_RAW);
        RawSocket raw = new RawSocket(Descriptor.owning(number, "raw socket"));
        try {
            // Lets the source be an address that only a route made local, or none of this host's.
            raw.set(ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, 1);
            raw.bind(ipv4 ? UNUSED_IPV4 : UNUSED_IPV6);
            raw.growSendBuffer();
            return raw;
        } catch (RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private void bind(IpAddress address) {
        ByteBuffer name = ByteBuffer.allocate(SocketAddress.length(address)).order(ByteOrder.nativeOrder());
        SocketAddress.write(new AddressPort(address, 0), name);
        SystemCalls.check(
                SystemCalls.libc().bind(socket.number(), name.array(), name.capacity()), () -> "bind raw socket");
    }

    /** Room for a burst of the largest datagrams. Needs CAP_NET_ADMIN; without, the default has to do. */
    private void growSendBuffer() {
        byte[] bytes = bytes(SEND_BUFFER_BYTES);
        SystemCalls.libc().setsockopt(socket.number(), SOL_SOCKET, SO_SNDBUFFORCE, bytes, bytes.length);
    }

    private void set(int level, int option, int value) {
        byte[] bytes = bytes(value);
        SystemCalls.check(
                SystemCalls.libc().setsockopt(socket.number(), level, option, bytes, bytes.length),
                () -> "set option " + option + " of raw socket");
    }

    private static byte[] bytes(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    public int number() {
        return socket.number();
    }

    @Override
    public void close() {
        socket.close();
    }
}
