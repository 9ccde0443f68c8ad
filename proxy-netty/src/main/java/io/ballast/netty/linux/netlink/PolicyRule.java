package io.ballast.netty.linux.netlink;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;

/**
 * A policy rule that sends what its selector matches to a routing table (ip-rule(8)). Immutable.
 *
 * @param priority lower is asked first; the local table is asked at 0
 */
public record PolicyRule(IpFamily family, int priority, int table, Selector selector) {
    public PolicyRule {
        if (selector instanceof Destination destination
                && destination.to().network().family() != family) {
            throw new IllegalArgumentException(family + " rule for " + destination);
        }
    }

    /** What a rule matches. */
    public sealed interface Selector {}

    /**
     * Packets whose mark, under the mask, has this value.
     *
     * @param mask bits that count; -1 for all
     */
    public record Mark(int value, int mask) implements Selector {
        @Override
        public String toString() {
            return String.format("fwmark 0x%x/0x%x", value, mask);
        }
    }

    /**
     * Packets to an address and port.
     *
     * @param ipProtocol 6 for TCP, 17 for UDP, 132 for SCTP
     */
    public record Destination(Cidr to, int ipProtocol, int port) implements Selector {
        public static Destination of(IpAddress address, int ipProtocol, int port) {
            return new Destination(new Cidr(address, address.family().bits()), ipProtocol, port);
        }

        @Override
        public String toString() {
            return "to " + to + " ipproto " + ipProtocol + " dport " + port;
        }
    }

    /** As ip-rule(8) takes it. */
    @Override
    public String toString() {
        return (family == IpFamily.IPV4 ? "" : "-6 ") + "pref " + priority + " " + selector + " table " + table;
    }
}
