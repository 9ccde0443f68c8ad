package io.ballast.netty.linux.netlink;

import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A connection to the kernel's routing, in the network namespace of the thread that opens it. Confined to one thread at
 * a time. Reading needs no privileges, changing needs CAP_NET_ADMIN.
 */
public final class RouteNetlink implements AutoCloseable {
    /**
     * The protocol number of all routes and rules of Ballast. It clashes with none of linux/rtnetlink.h (up to 18, 42,
     * 84, 99, 186-189, 192), of FRR (186-199), of Calico (80) or of Google's guest agent (66, for its own local
     * routes to load balancer addresses, which it also sweeps).
     */
    public static final int PROTOCOL = 177;

    /** What a lookup answers where there is no way, or a route that forbids it: unreachable, prohibit. */
    private static final Set<Errno> NO_WAY = Set.of(Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EACCES);

    private final NetlinkConnection connection = new NetlinkConnection();
    private final LocalRoutes localRoutes = new LocalRoutes(connection);
    private final PolicyRules rules = new PolicyRules(connection);

    private RouteNetlink() {}

    public static RouteNetlink open() {
        return new RouteNetlink();
    }

    public LocalRoutes localRoutes() {
        return localRoutes;
    }

    public PolicyRules rules() {
        return rules;
    }

    /** All network interfaces. */
    public List<Link> links() {
        return connection.dump(LinkMessages.listLinks()).stream()
                .flatMap(message -> LinkMessages.readLink(message).stream())
                .toList();
    }

    /** Deletes an interface that was made by hand, such as a dummy; one that is gone already is fine. */
    public void deleteLink(Link link) {
        connection.execute(List.of(link), LinkMessages::delete).values().stream()
                .filter(failure -> failure.errno() != Errno.ENODEV)
                .findAny()
                .ifPresent(failure -> {
                    throw failure;
                });
    }

    /** All IPv4 and IPv6 addresses of interfaces, link-local ones included. */
    public List<InterfaceAddress> addresses() {
        return connection.dump(LinkMessages.listAddresses()).stream()
                .flatMap(message -> LinkMessages.readAddress(message).stream())
                .toList();
    }

    /** Where this host would send a packet to the address; empty where it cannot or must not. */
    public Optional<Route> lookup(IpAddress address) {
        try {
            return RouteMessages.read(connection.query(RouteMessages.lookup(address)));
        } catch (SystemCallException e) {
            // A blackhole route answers EINVAL, without the explanation that a malformed request gets.
            boolean blackhole = e.errno() == Errno.EINVAL && e.detail().isEmpty();
            if (blackhole || NO_WAY.contains(e.errno())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
