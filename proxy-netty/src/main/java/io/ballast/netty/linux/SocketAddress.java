package io.ballast.netty.linux;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6} in memory. Stateless. */
public final class SocketAddress {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int IPV4_BYTES = 16;
    public static final int IPV6_BYTES = 28;

    private SocketAddress() {}

    public static int length(IpAddress address) {
        return address.isIpv4() ? IPV4_BYTES : IPV6_BYTES;
    }

    /** Appends to a buffer of the machine's byte order. */
    public static void write(AddressPort address, ByteBuffer to) {
        write(address, 0, to);
    }

    /** As above, with the interface that an IPv6 address belongs to. */
    public static void write(AddressPort address, int scope, ByteBuffer to) {
        boolean ipv4 = address.address().isIpv4();
        to.putShort((short) (ipv4 ? AF_INET : AF_INET6));
        to.put((byte) (address.port() >>> 8)).put((byte) address.port());
        if (ipv4) {
            to.putInt(network(address.address().ipv4Bits(), to)).putLong(0);
        } else {
            to.putInt(0)
                    .putLong(network(address.address().high(), to))
                    .putLong(network(address.address().low(), to));
            to.putInt(scope);
        }
    }

    /** The interface that an IPv6 address belongs to, 0 for all others. */
    public static int scope(ByteBuffer from, int offset) {
        return from.getShort(offset) == AF_INET6 ? from.getInt(offset + IPV6_BYTES - Integer.BYTES) : 0;
    }

    /** Reads from a buffer of the machine's byte order. */
    public static AddressPort read(ByteBuffer from, int offset) {
        int port = Byte.toUnsignedInt(from.get(offset + 2)) << 8 | Byte.toUnsignedInt(from.get(offset + 3));
        IpAddress address = from.getShort(offset) == AF_INET
                ? IpAddress.ofIpv4(network(from.getInt(offset + 4), from))
                : IpAddress.of(network(from.getLong(offset + 8), from), network(from.getLong(offset + 16), from));
        return new AddressPort(address, port);
    }

    private static long network(long value, ByteBuffer from) {
        return from.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    private static int network(int value, ByteBuffer from) {
        return from.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }
}
