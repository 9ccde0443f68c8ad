package io.ballast.netty.linux.netlink;

import static io.ballast.netty.linux.netlink.Rtnetlink.*;

import io.ballast.core.model.IpAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/** Links and addresses from messages ({@code struct ifinfomsg}, {@code struct ifaddrmsg}). Stateless. */
final class LinkMessages {
    private static final int LINK_HEADER_LENGTH = 16;
    private static final int ADDRESS_HEADER_LENGTH = 8;
    private static final HexFormat MAC = HexFormat.ofDelimiter(":");

    private LinkMessages() {}

    static NetlinkRequest listLinks() {
        return new NetlinkRequest(RTM_GETLINK, 0, () -> "list network interfaces")
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    /** Family, type (four bytes), index, flags, change mask. */
    static NetlinkRequest delete(Link link) {
        return new NetlinkRequest(RTM_DELLINK, 0, () -> "delete network interface " + link.name())
                .u32(0)
                .u32(link.index())
                .u32(0)
                .u32(0);
    }

    static NetlinkRequest listAddresses() {
        return new NetlinkRequest(RTM_GETADDR, 0, () -> "list interface addresses")
                .u32(0)
                .u32(0);
    }

    /** Empty for a bridge's report on one of its ports, which comes besides that on the interface. */
    static Optional<Link> readLink(NetlinkMessage message) {
        ByteBuffer header = message.payload();
        if (header.get(0) == AF_BRIDGE) {
            return Optional.empty();
        }
        Attributes attributes = message.attributes(LINK_HEADER_LENGTH);
        return Optional.of(new Link(
                header.getInt(4),
                attributes.text(IFLA_IFNAME).orElse(""),
                attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND).orElse(""),
                attributes
                        .raw(IFLA_ADDRESS)
                        .map(mac -> MAC.formatHex(Attributes.bytes(mac, 0)))
                        .orElse(""),
                attributes.u32(IFLA_MASTER, 0),
                attributes.u32(IFLA_MTU, 0),
                header.getInt(8)));
    }

    /** Empty for addresses of other families. */
    static Optional<InterfaceAddress> readAddress(NetlinkMessage message) {
        ByteBuffer header = message.payload();
        int family = header.get(0);
        if (family != AF_INET && family != AF_INET6) {
            return Optional.empty();
        }
        Attributes attributes = message.attributes(ADDRESS_HEADER_LENGTH);
        // On a point-to-point link IFA_ADDRESS is the peer's address.
        Optional<IpAddress> address = attributes.address(IFA_LOCAL).or(() -> attributes.address(IFA_ADDRESS));
        int flags = attributes.u32(IFA_FLAGS, Byte.toUnsignedInt(header.get(2)));
        return address.map(
                own -> new InterfaceAddress(header.getInt(4), own, Byte.toUnsignedInt(header.get(1)), flags));
    }
}
