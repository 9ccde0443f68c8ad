package io.ballast.netty.linux.bpf;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Architecture;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends datagrams from any frontend's address and port without binding either: one raw socket per family, a UDP header
 * of our own, and the source address given with each datagram ({@code IP_PKTINFO}). The kernel routes, and fragments
 * what is too long. Bound to an address that nobody dials, the socket gets no copies of what comes in.
 */
final class RawUdp implements AutoCloseable {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_PKTINFO = 8;
    private static final int IP_TRANSPARENT = 19;
    private static final int IPV6_CHECKSUM = 7;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int HEADER_BYTES = 8;
    private static final int CHECKSUM_OFFSET = 6;
    private static final long SYS_SENDMSG = Architecture.systemCall(46, 211);
    private static final IpAddress UNUSED_IPV4 = IpAddress.parse("127.66.97.108");
    private static final IpAddress UNUSED_IPV6 = IpAddress.parse("100::6261:6c6c");

    private final LibC libc = SystemCalls.libc();
    private final IpFamily family;
    private final Descriptor socket;

    RawUdp(IpFamily family) {
        boolean ipv4 = family == IpFamily.IPV4;
        this.family = family;
        int fd = libc.socket(ipv4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP);
        this.socket = Descriptor.owning(SystemCalls.check(fd, () -> "make raw socket"), "raw socket");
        // Lets the source be an address that only a route made local, or none of this host's.
        if (ipv4) {
            set(IPPROTO_IP, IP_TRANSPARENT, 1);
        } else {
            set(IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
            // IPv6 knows no datagram without a checksum: the kernel fills it in.
            set(IPPROTO_IPV6, IPV6_CHECKSUM, CHECKSUM_OFFSET);
        }
        byte[] address = SocketAddresses.encode(ipv4 ? UNUSED_IPV4 : UNUSED_IPV6, 0);
        SystemCalls.check(libc.bind(socket.number(), address, address.length), () -> "bind raw socket");
    }

    void send(AddressPort source, AddressPort target, byte[] payload) {
        ByteBuffer datagram = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        datagram.putShort((short) source.port()).putShort((short) target.port());
        datagram.putShort((short) (HEADER_BYTES + payload.length))
                .putShort((short) 0)
                .put(payload);
        try (NativeMemory data = NativeMemory.copyOf(datagram.array());
                NativeMemory name = NativeMemory.copyOf(SocketAddresses.encode(target.address(), 0));
                NativeMemory control = NativeMemory.copyOf(packetInformation(source.address()));
                NativeMemory vector = NativeMemory.allocate(16);
                NativeMemory message = NativeMemory.allocate(56)) {
            vector.pointer().putLong(0, data.address());
            vector.pointer().putLong(8, data.size());
            // struct msghdr: name, its length, I/O vector, its length, control, its length, flags.
            message.pointer().putLong(0, name.address());
            message.pointer().putInt(8, (int) name.size());
            message.pointer().putLong(16, vector.address());
            message.pointer().putLong(24, 1);
            message.pointer().putLong(32, control.address());
            message.pointer().putLong(40, control.size());
            SystemCalls.check(
                    libc.syscall(SYS_SENDMSG, socket.number(), message.address(), 0, 0, 0, 0),
                    () -> "send from " + source + " to " + target);
        }
    }

    /** {@code struct cmsghdr} with {@code struct in_pktinfo} or {@code in6_pktinfo}, whose source address counts. */
    private byte[] packetInformation(IpAddress source) {
        ByteBuffer control =
                ByteBuffer.allocate(family == IpFamily.IPV4 ? 32 : 40).order(ByteOrder.nativeOrder());
        if (family == IpFamily.IPV4) {
            control.putLong(28).putInt(IPPROTO_IP).putInt(IP_PKTINFO).putInt(0).put(source.toBytes());
        } else {
            control.putLong(36).putInt(IPPROTO_IPV6).putInt(IPV6_PKTINFO).put(source.toBytes());
        }
        return control.array();
    }

    private void set(int level, int option, int value) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
        SystemCalls.check(
                libc.setsockopt(socket.number(), level, option, bytes, bytes.length), () -> "set option " + option);
    }

    @Override
    public void close() {
        socket.close();
    }
}
