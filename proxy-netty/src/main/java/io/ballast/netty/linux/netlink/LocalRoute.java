package io.ballast.netty.linux.netlink;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import org.jspecify.annotations.Nullable;

/**
 * A route that delivers a destination to this host itself: {@code local DESTINATION dev lo table TABLE src SOURCE}.
 * Immutable.
 *
 * @param table {@link #LOCAL_TABLE} makes addresses local for all; another table serves those a rule sends there
 * @param source the source address of what this host sends there, or null for the kernel's choice. It must be an
 *     address of this host, past duplicate address detection, when the route is made. When that address goes later the route stays, without notice: for
 *     IPv4 with the stale source, for IPv6 without one. Follow address changes and {@link LocalRoutes#ensure} again
 */
public record LocalRoute(
        int table, Cidr destination, @Nullable IpAddress source) {
    /** The table that the kernel looks into first, where it keeps the host's own addresses. */
    public static final int LOCAL_TABLE = 255;

    public LocalRoute {
        if (source != null && source.family() != destination.network().family()) {
            throw new IllegalArgumentException("route to " + destination + " with source " + source);
        }
    }

    /** One address in the local table. */
    public static LocalRoute to(IpAddress address, @Nullable IpAddress source) {
        return new LocalRoute(LOCAL_TABLE, new Cidr(address, address.family().bits()), source);
    }

    /** All addresses of a family, in a table that only packets chosen by a {@link PolicyRule} see. */
    public static LocalRoute toEverything(IpFamily family, int table, @Nullable IpAddress source) {
        IpAddress any = family == IpFamily.IPV4 ? Rtnetlink.ANY_IPV4 : Rtnetlink.ANY_IPV6;
        return new LocalRoute(table, new Cidr(any, 0), source);
    }

    public IpFamily family() {
        return destination.network().family();
    }

    /** As ip-route(8) takes it: {@code local 10.96.0.10 dev lo src 192.0.2.1}. */
    @Override
    public String toString() {
        boolean host = destination.prefixLength() == family().bits();
        return "local "
                + (host ? destination.network() : destination)
                + " dev lo"
                + (table == LOCAL_TABLE ? "" : " table " + table)
                + (source == null ? "" : " src " + source);
    }
}
