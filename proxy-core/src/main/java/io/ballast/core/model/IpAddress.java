package io.ballast.core.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address in 128 bits, compared by value and never by text. <em>Immutable.</em>
 *
 * <p>IPv4-mapped IPv6 addresses are IPv4 addresses here, as in Go's {@code net.IP}.
 */
public final class IpAddress implements Comparable<IpAddress> {
    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;

    private final long high;
    private final long low;

    private IpAddress(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /**
     * Parses an address the way Kubernetes' legacy parser does: leading zeros are decimal, blanks around it are not
     * accepted.
     *
     * @throws IllegalArgumentException when the text is not an address; the message quotes it
     */
    public static IpAddress parse(String text) {
        return tryParse(text).orElseThrow(() -> new IllegalArgumentException("not an IP address: \"" + text + "\""));
    }

    /** {@link #parse} without the exception. */
    public static Optional<IpAddress> tryParse(String text) {
        return IpAddressText.parse(text);
    }

    /** The address of four or sixteen bytes in network order. */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return ofIpv4(ByteBuffer.wrap(bytes).getInt());
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new IpAddress(buffer.getLong(), buffer.getLong());
    }

    /** The IPv4 address with these 32 bits. */
    public static IpAddress ofIpv4(int bits) {
        return new IpAddress(0, MAPPED_PREFIX | Integer.toUnsignedLong(bits));
    }

    /** The address with these 128 bits. */
    public static IpAddress of(long high, long low) {
        return new IpAddress(high, low);
    }

    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    public IpFamily family() {
        return isIpv4() ? IpFamily.IPV4 : IpFamily.IPV6;
    }

    public boolean isIpv4() {
        return high == 0 && (low >>> 32) == 0xffff;
    }

    /** The upper 64 bits; zero for IPv4. */
    public long high() {
        return high;
    }

    /** The lower 64 bits; {@code ::ffff:a.b.c.d} for IPv4. */
    public long low() {
        return low;
    }

    /** The 32 bits of an IPv4 address, meaningless for IPv6. */
    public int ipv4Bits() {
        return (int) low;
    }

    /** Whether this is 127.0.0.0/8 or ::1. */
    public boolean isLoopback() {
        return isIpv4() ? (ipv4Bits() >>> 24) == 127 : high == 0 && low == 1;
    }

    /** Whether this is 0.0.0.0 or ::. */
    public boolean isUnspecified() {
        return isIpv4() ? ipv4Bits() == 0 : high == 0 && low == 0;
    }

    /** Whether this is 169.254.0.0/16 or fe80::/10. */
    public boolean isLinkLocal() {
        return isIpv4() ? (ipv4Bits() >>> 16) == 0xa9fe : (high >>> 54) == (0xfe80 >>> 6);
    }

    /** Whether nobody can dial this without naming an interface: link-local addresses of IPv6, unlike those of IPv4. */
    public boolean needsZone() {
        return isLinkLocal() && !isIpv4();
    }

    /** Whether this is a group's, 224.0.0.0/4 or ff00::/8, or everybody's, 255.255.255.255. */
    public boolean isMulticastOrBroadcast() {
        return isIpv4() ? (ipv4Bits() >>> 28) == 0xe || ipv4Bits() == -1 : (high >>> 56) == 0xff;
    }

    /** Four or sixteen bytes in network order. */
    public byte[] toBytes() {
        return isIpv4() ? ByteBuffer.allocate(4).putInt(ipv4Bits()).array() : toMappedBytes();
    }

    /** Sixteen bytes in network order, IPv4 as {@code ::ffff:a.b.c.d}. */
    public byte[] toMappedBytes() {
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of legal length is always accepted", e);
        }
    }

    @Override
    public int compareTo(IpAddress other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        long mixed = (high * 0x9e3779b97f4a7c15L ^ low) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 32);
    }

    /** Canonical text: dotted quad, or RFC 5952. */
    @Override
    public String toString() {
        return isIpv4() ? IpAddressText.dottedQuad(ipv4Bits()) : IpAddressText.rfc5952(high, low);
    }
}
