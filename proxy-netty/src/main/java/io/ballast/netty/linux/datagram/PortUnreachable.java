package io.ballast.netty.linux.datagram;

import io.ballast.core.model.AddressPort;
import java.nio.ByteBuffer;

/**
 * ICMP port unreachable as the kernel of a host sends it to whom it has no socket for (RFC 792, RFC 4443): with the
 * headers of the datagram in question. Stateless.
 */
public final class PortUnreachable {
    private static final int IPPROTO_UDP = 17;
    private static final int ICMP_BYTES = 8;
    private static final int UDP_BYTES = 8;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int HOPS = 64;
    /** Destination unreachable, port unreachable; of ICMPv6 likewise, where the kernel adds the checksum. */
    private static final int IPV4_TYPE_AND_CODE = 3 << 8 | 3;

    private static final int IPV6_TYPE_AND_CODE = 1 << 8 | 4;

    private PortUnreachable() {}

    /** Bytes that any message fits into. */
    public static final int MOST_BYTES = ICMP_BYTES + IPV6_BYTES + UDP_BYTES;

    /**
     * Writes the message into a buffer of network order, from index 0.
     *
     * @param client who sent the datagram
     * @param destination where it went
     * @return its length
     */
    public static int write(AddressPort client, AddressPort destination, ByteBuffer to) {
        boolean ipv4 = client.address().isIpv4();
        to.clear();
        to.putInt((ipv4 ? IPV4_TYPE_AND_CODE : IPV6_TYPE_AND_CODE) << Short.SIZE)
                .putInt(0);
        if (ipv4) {
            writeIpv4(client, destination, to);
        } else {
            writeIpv6(client, destination, to);
        }
        to.putShort((short) client.port()).putShort((short) destination.port());
        to.putShort((short) UDP_BYTES).putShort((short) 0);
        if (ipv4) {
            to.putShort(2, InternetChecksum.of(InternetChecksum.sum(to, 0, to.position())));
        }
        return to.position();
    }

    private static void writeIpv4(AddressPort client, AddressPort destination, ByteBuffer to) {
        int at = to.position();
        to.putShort((short) 0x4500).putShort((short) (IPV4_BYTES + UDP_BYTES)).putInt(0);
        to.put((byte) HOPS).put((byte) IPPROTO_UDP).putShort((short) 0);
        to.put(client.address().toBytes()).put(destination.address().toBytes());
        to.putShort(at + 10, InternetChecksum.of(InternetChecksum.sum(to, at, IPV4_BYTES)));
    }

    private static void writeIpv6(AddressPort client, AddressPort destination, ByteBuffer to) {
        to.putInt(6 << 28).putShort((short) UDP_BYTES).put((byte) IPPROTO_UDP).put((byte) HOPS);
        to.put(client.address().toBytes()).put(destination.address().toBytes());
    }
}
