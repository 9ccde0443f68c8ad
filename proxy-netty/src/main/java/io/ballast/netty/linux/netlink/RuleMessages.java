package io.ballast.netty.linux.netlink;

import static io.ballast.netty.linux.netlink.Rtnetlink.*;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Policy rules to and from messages ({@code struct fib_rule_hdr} and its attributes). Stateless. */
final class RuleMessages {
    private static final int HEADER_LENGTH = 12;

    private RuleMessages() {}

    static NetlinkRequest add(PolicyRule rule) {
        return change(new NetlinkRequest(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, () -> "add rule " + rule), rule);
    }

    static NetlinkRequest delete(PolicyRule rule) {
        return change(new NetlinkRequest(RTM_DELRULE, 0, () -> "delete rule " + rule), rule);
    }

    private static NetlinkRequest change(NetlinkRequest request, PolicyRule rule) {
        PolicyRule.Selector selector = rule.selector();
        int prefixLength = selector instanceof PolicyRule.Destination destination
                ? destination.to().prefixLength()
                : 0;
        header(request, RouteMessages.number(rule.family()), prefixLength)
                .attribute(FRA_PRIORITY, rule.priority())
                .attribute(FRA_TABLE, rule.table())
                .attribute8(FRA_PROTOCOL, RouteNetlink.PROTOCOL);
        if (selector instanceof PolicyRule.Mark mark) {
            return request.attribute(FRA_FWMARK, mark.value()).attribute(FRA_FWMASK, mark.mask());
        }
        if (selector instanceof PolicyRule.Destination destination) {
            // The port range is in the host's byte order, unlike ports elsewhere.
            byte[] ports = ByteBuffer.allocate(4)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) destination.port())
                    .putShort((short) destination.port())
                    .array();
            return request.attribute(FRA_DST, destination.to().network().toBytes())
                    .attribute8(FRA_IP_PROTO, destination.ipProtocol())
                    .attribute(FRA_DPORT_RANGE, ports);
        }
        throw new AssertionError("unknown selector " + selector);
    }

    static NetlinkRequest list(IpFamily family) {
        return new NetlinkRequest(RTM_GETRULE, 0, () -> "list rules of " + family)
                .u8(RouteMessages.number(family))
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(0)
                .u32(0);
    }

    private static NetlinkRequest header(NetlinkRequest request, int family, int prefixLength) {
        return request.u8(family)
                .u8(prefixLength)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(FR_ACT_TO_TBL)
                .u32(0);
    }

    /** Empty for rules that Ballast did not make or could not have made. */
    static Optional<PolicyRule> readOwn(NetlinkMessage message) {
        ByteBuffer header = message.payload();
        Attributes attributes = message.attributes(HEADER_LENGTH);
        if (attributes.u8(FRA_PROTOCOL, 0) != RouteNetlink.PROTOCOL) {
            return Optional.empty();
        }
        IpFamily family = header.get(0) == AF_INET ? IpFamily.IPV4 : IpFamily.IPV6;
        int priority = attributes.u32(FRA_PRIORITY, 0);
        int table = attributes.u32(FRA_TABLE, Byte.toUnsignedInt(header.get(4)));
        return selector(header, attributes).map(selector -> new PolicyRule(family, priority, table, selector));
    }

    private static Optional<PolicyRule.Selector> selector(ByteBuffer header, Attributes attributes) {
        Optional<IpAddress> to = attributes.address(FRA_DST);
        Optional<ByteBuffer> ports = attributes.raw(FRA_DPORT_RANGE);
        if (to.isPresent() && ports.isPresent()) {
            return Optional.of(new PolicyRule.Destination(
                    new Cidr(to.get(), Byte.toUnsignedInt(header.get(1))),
                    attributes.u8(FRA_IP_PROTO, 0),
                    Short.toUnsignedInt(ports.get().getShort(0))));
        }
        return attributes
                .raw(FRA_FWMARK)
                .map(mark -> new PolicyRule.Mark(mark.getInt(0), attributes.u32(FRA_FWMASK, -1)));
    }
}
