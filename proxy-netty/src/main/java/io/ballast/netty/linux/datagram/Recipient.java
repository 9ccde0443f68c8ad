package io.ballast.netty.linux.datagram;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a datagram goes, and where it seems to come from, prepared for {@link SendBatch}. <em>Immutable.</em>
 */
public final class Recipient {
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_PKTINFO = 8;
    private static final int IPV6_PKTINFO = 50;
    private static final int CONTROL_HEADER_BYTES = 16;
    private static final int IPV4_INFORMATION_BYTES = 12;
    private static final int IPV6_INFORMATION_BYTES = 20;

    final byte[] name;
    final byte[] control;
    /** Whether a UDP header of our own comes before the payload. */
    final boolean headed;

    final boolean ipv4;
    final int sourcePort;
    final int targetPort;
    /** What the IPv4 checksum is of beside the datagram: addresses and protocol. */
    final long pseudoHeader;

    private Recipient(AddressPort target, int scope, byte[] control, AddressPort source, boolean headed) {
        IpAddress address = target.address();
        this.ipv4 = address.isIpv4();
        // A raw socket takes a port for a protocol number.
        this.name = name(control.length == 0 ? target : new AddressPort(address, 0), scope);
        this.control = control;
        this.headed = headed;
        this.sourcePort = source.port();
        this.targetPort = target.port();
        this.pseudoHeader = IPPROTO_UDP + sum(source.address()) + sum(address);
    }

    /**
     * By a UDP socket, from where that is bound.
     *
     * @param scope the interface that the target's address belongs to, 0 for those that need none
     */
    public static Recipient plain(AddressPort target, int scope) {
        return new Recipient(target, scope, new byte[0], target, false);
    }

    /** By a raw socket of protocol UDP, from an address and port that it is not bound to. */
    public static Recipient from(AddressPort source, AddressPort target, int scope) {
        return new Recipient(target, scope, information(source.address()), source, true);
    }

    /** By a raw socket of another protocol, from an address that it is not bound to. */
    public static Recipient from(IpAddress source, IpAddress target, int scope) {
        return new Recipient(new AddressPort(target, 0), scope, information(source), new AddressPort(source, 0), false);
    }

    private static byte[] name(AddressPort target, int scope) {
        ByteBuffer name =
                ByteBuffer.allocate(SocketAddress.length(target.address())).order(ByteOrder.nativeOrder());
        SocketAddress.write(target, scope, name);
        return name.array();
    }

    /** {@code struct cmsghdr} with {@code struct in_pktinfo} or {@code in6_pktinfo}, of which the source counts. */
    private static byte[] information(IpAddress source) {
        boolean ipv4 = source.isIpv4();
        int length = CONTROL_HEADER_BYTES + (ipv4 ? IPV4_INFORMATION_BYTES : IPV6_INFORMATION_BYTES);
        ByteBuffer control = ByteBuffer.allocate(length + Integer.BYTES).order(ByteOrder.nativeOrder());
        control.putLong(length).putInt(ipv4 ? IPPROTO_IP : IPPROTO_IPV6).putInt(ipv4 ? IP_PKTINFO : IPV6_PKTINFO);
        if (ipv4) {
            control.putInt(0);
        }
        control.put(source.toBytes());
        return control.array();
    }

    private static long sum(IpAddress address) {
        byte[] bytes = address.toBytes();
        return InternetChecksum.sum(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
}
