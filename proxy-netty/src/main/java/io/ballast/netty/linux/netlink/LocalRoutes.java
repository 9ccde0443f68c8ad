package io.ballast.netty.linux.netlink;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The local routes of Ballast's protocol number. Confined to one thread at a time, like the {@link RouteNetlink} it
 * comes from.
 *
 * <p>Adding is exclusive: where the kernel has a route to the same destination in the table, the request fails with
 * EEXIST and nothing changes. For IPv4 that includes the addresses of interfaces; for IPv6 the kernel keeps those at
 * metric 0, before ours at 1024, so that ours is added without effect: ask {@link RouteNetlink#addresses()} first.
 */
public final class LocalRoutes {
    private static final int ATTEMPTS = 5;

    private final NetlinkConnection connection;

    LocalRoutes(NetlinkConnection connection) {
        this.connection = connection;
    }

    /** Adds routes. The result has the failures only; a route that is there already is one (EEXIST). */
    public Map<LocalRoute, SystemCallException> add(Collection<LocalRoute> routes) {
        return connection.execute(routes, RouteMessages::add);
    }

    /** Deletes routes of ours. The result has the failures only; a route that is not there is none. */
    public Map<LocalRoute, SystemCallException> delete(Collection<LocalRoute> routes) {
        Map<LocalRoute, SystemCallException> failures = connection.execute(routes, RouteMessages::delete);
        failures.values().removeIf(failure -> failure.errno() == Errno.ESRCH);
        return failures;
    }

    /** The routes of ours that the kernel has, in all tables. */
    public Set<LocalRoute> list() {
        Set<LocalRoute> routes = new LinkedHashSet<>();
        for (IpFamily family : IpFamily.values()) {
            connection.dump(RouteMessages.listOwn(family)).stream()
                    .flatMap(message -> RouteMessages.read(message).stream())
                    .filter(route -> route.protocol() == RouteNetlink.PROTOCOL && route.isLocal())
                    .map(route -> new LocalRoute(route.table(), route.destination(), route.source()))
                    .forEach(routes::add);
        }
        return routes;
    }

    /** The routes of ours that the kernel has in one table. */
    public Set<LocalRoute> list(int table) {
        return list().stream().filter(route -> route.table() == table).collect(Collectors.toSet());
    }

    /**
     * Makes our routes in one table exactly these, touching only what differs. A route whose source changes is deleted
     * and added in the same system call. Idempotent; when replies are lost it looks at the table again.
     */
    public RouteChanges ensure(int table, Set<LocalRoute> wanted) {
        wanted.stream().filter(route -> route.table() != table).findAny().ifPresent(route -> {
            throw new IllegalArgumentException(route + " is not in table " + table);
        });
        for (int attempt = 1; ; attempt++) {
            try {
                return ensureOnce(table, wanted);
            } catch (SystemCallException e) {
                if (e.errno() != Errno.ENOBUFS || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private RouteChanges ensureOnce(int table, Set<LocalRoute> wanted) {
        Set<LocalRoute> present = list(table);
        Map<Cidr, LocalRoute> obsolete = new LinkedHashMap<>();
        present.stream()
                .filter(route -> !wanted.contains(route))
                .forEach(route -> obsolete.put(route.destination(), route));
        Set<LocalRoute> missing = new LinkedHashSet<>(wanted);
        missing.removeAll(present);
        int deletions = obsolete.size();

        List<Change> changes = new ArrayList<>(missing.size() + deletions);
        for (LocalRoute route : missing) {
            LocalRoute former = obsolete.remove(route.destination());
            if (former != null) {
                changes.add(new Change(former, false));
            }
            changes.add(new Change(route, true));
        }
        obsolete.values().forEach(route -> changes.add(new Change(route, false)));
        return new RouteChanges(missing.size(), deletions, perform(changes));
    }

    private Map<LocalRoute, SystemCallException> perform(List<Change> changes) {
        Map<LocalRoute, SystemCallException> failures = new LinkedHashMap<>();
        connection.execute(changes, Change::request).forEach((change, failure) -> {
            boolean gone = !change.add() && failure.errno() == Errno.ESRCH;
            if (!gone) {
                failures.put(change.route(), failure);
            }
        });
        return failures;
    }

    private record Change(LocalRoute route, boolean add) {
        NetlinkRequest request() {
            return add ? RouteMessages.add(route) : RouteMessages.delete(route);
        }
    }
}
