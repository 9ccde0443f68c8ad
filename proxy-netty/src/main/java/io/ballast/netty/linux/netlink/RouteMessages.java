package io.ballast.netty.linux.netlink;

import static io.ballast.netty.linux.netlink.Rtnetlink.*;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Routes to and from messages ({@code struct rtmsg} and its attributes). Stateless. */
final class RouteMessages {
    private static final int HEADER_LENGTH = 12;
    /** Of {@code struct rtnexthop}, which precedes each next hop's attributes in RTA_MULTIPATH. */
    private static final int HOP_HEADER_LENGTH = 8;

    private static final int DEFAULT_IPV6_METRIC = 1024;

    private RouteMessages() {}

    static NetlinkRequest add(LocalRoute route) {
        return change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route, () -> "add route " + route);
    }

    static NetlinkRequest delete(LocalRoute route) {
        return change(RTM_DELROUTE, 0, route, () -> "delete route " + route);
    }

    private static NetlinkRequest change(int type, int flags, LocalRoute route, Supplier<String> operation) {
        Cidr destination = route.destination();
        NetlinkRequest request = target(new NetlinkRequest(type, flags, operation), destination)
                .u8(RouteNetlink.PROTOCOL)
                .u8(RT_SCOPE_HOST)
                .u8(RTN_LOCAL)
                .u32(0)
                .attribute(RTA_TABLE, route.table())
                .attribute(RTA_OIF, LOOPBACK_INDEX);
        if (destination.prefixLength() > 0) {
            request.attribute(RTA_DST, destination.network().toBytes());
        }
        // Said aloud, so that deleting never meets the kernel's own route (metric 0) for an interface's address.
        if (route.family() == IpFamily.IPV6) {
            request.attribute(RTA_PRIORITY, DEFAULT_IPV6_METRIC);
        }
        IpAddress source = route.source();
        return source == null ? request : request.attribute(RTA_PREFSRC, source.toBytes());
    }

    /** All routes of a family that Ballast made; kernels before 4.20 answer with all routes of the family. */
    static NetlinkRequest listOwn(IpFamily family) {
        return target(
                        new NetlinkRequest(RTM_GETROUTE, 0, () -> "list routes of protocol " + RouteNetlink.PROTOCOL),
                        new Cidr(family == IpFamily.IPV4 ? ANY_IPV4 : ANY_IPV6, 0))
                .u8(RouteNetlink.PROTOCOL)
                .u8(0)
                .u8(0)
                .u32(0);
    }

    /** The table is asked for where that needs asking: IPv6 always tells, and refuses the flag. */
    static NetlinkRequest lookup(IpAddress address) {
        return target(
                        new NetlinkRequest(RTM_GETROUTE, 0, () -> "look up route to " + address),
                        new Cidr(address, address.family().bits()))
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(address.isIpv4() ? RTM_F_LOOKUP_TABLE : 0)
                .attribute(RTA_DST, address.toBytes());
    }

    /** The first five fields: family, lengths of destination and source, type of service, table. */
    private static NetlinkRequest target(NetlinkRequest request, Cidr destination) {
        return request.u8(number(destination.network().family()))
                .u8(destination.prefixLength())
                .u8(0)
                .u8(0)
                .u8(0);
    }

    /**
     * The route of a message. Empty for routes of other families, for IPv6's cached copies of routes, and for the few
     * within ::ffff:0:0/96, which {@link IpAddress} takes for IPv4.
     */
    static Optional<Route> read(NetlinkMessage message) {
        ByteBuffer header = message.payload();
        int family = header.get(0);
        boolean cached = (header.getInt(8) & RTM_F_CLONED) != 0 && message.has(NLM_F_MULTI);
        if ((family != AF_INET && family != AF_INET6) || cached) {
            return Optional.empty();
        }
        Attributes attributes = message.attributes(HEADER_LENGTH);
        IpAddress network = attributes.address(RTA_DST).orElse(family == AF_INET ? ANY_IPV4 : ANY_IPV6);
        return number(network.family()) == family ? Optional.of(route(header, attributes, network)) : Optional.empty();
    }

    private static Route route(ByteBuffer header, Attributes attributes, IpAddress network) {
        ByteBuffer hops = attributes
                .raw(RTA_MULTIPATH)
                .filter(value -> value.limit() >= HOP_HEADER_LENGTH)
                .orElse(null);
        Attributes hop = hops == null ? attributes : firstHop(hops);
        return new Route(
                attributes.u32(RTA_TABLE, Byte.toUnsignedInt(header.get(4))),
                new Cidr(network, Byte.toUnsignedInt(header.get(1))),
                Byte.toUnsignedInt(header.get(7)),
                Byte.toUnsignedInt(header.get(5)),
                hops == null ? attributes.u32(RTA_OIF, 0) : hops.getInt(4),
                gateway(hop),
                attributes.address(RTA_PREFSRC).orElse(null));
    }

    private static Attributes firstHop(ByteBuffer hops) {
        int length = Math.min(hops.limit(), Short.toUnsignedInt(hops.getShort(0)));
        return Attributes.parse(hops.slice(0, length).order(hops.order()), HOP_HEADER_LENGTH);
    }

    /** RTA_VIA is a gateway of the other family: two bytes of family, then the address. */
    private static @Nullable IpAddress gateway(Attributes attributes) {
        return attributes
                .address(RTA_GATEWAY)
                .or(() -> attributes.raw(RTA_VIA).flatMap(via -> Attributes.address(via, 2)))
                .orElse(null);
    }

    static int number(IpFamily family) {
        return family == IpFamily.IPV4 ? AF_INET : AF_INET6;
    }
}
