package io.ballast.netty.intercept;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.netlink.LocalRoute;
import io.ballast.netty.linux.netlink.LocalRoutes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * ClusterIPs as local routes of Ballast's protocol number, with a guard around them. <em>Confined to the sync
 * thread.</em>
 */
public final class NetlinkClusterIps implements ClusterIpRoutes {
    private final LocalRoutes routes;
    private final Function<IpFamily, @Nullable IpAddress> source;
    private final Guard guard;

    /**
     * Keeps other ports of ClusterIPs shut.
     *
     * @param close is told of addresses before they become local
     * @param open is told of addresses after they ceased to be
     */
    public record Guard(Consumer<Collection<IpAddress>> close, Consumer<Collection<IpAddress>> open) {}

    /**
     * @param source the node's address that host processes dial ClusterIPs from, null for the kernel's choice
     */
    public NetlinkClusterIps(LocalRoutes routes, Function<IpFamily, @Nullable IpAddress> source, Guard guard) {
        this.routes = routes;
        this.source = source;
        this.guard = guard;
    }

    @Override
    public Map<IpAddress, String> add(Collection<IpAddress> addresses) {
        if (addresses.isEmpty()) {
            return Map.of();
        }
        guard.close().accept(addresses);
        List<LocalRoute> wanted = routesTo(addresses);
        Map<IpAddress, String> failures = new HashMap<>();
        routes.add(wanted).forEach((route, failure) -> {
            if (failure.errno() != Errno.EEXIST) {
                failures.put(route.destination().network(), reason(failure));
            }
        });
        if (!failures.isEmpty()) {
            guard.open().accept(failures.keySet());
        }
        return failures;
    }

    private static String reason(SystemCallException failure) {
        return String.valueOf(failure.getMessage());
    }

    @Override
    public Collection<IpAddress> left() {
        return routes.list(LocalRoute.LOCAL_TABLE).stream()
                .map(route -> route.destination().network())
                .toList();
    }

    @Override
    public void remove(Collection<IpAddress> addresses) {
        if (!addresses.isEmpty()) {
            routes.delete(routesTo(addresses));
            guard.open().accept(addresses);
        }
    }

    private List<LocalRoute> routesTo(Collection<IpAddress> addresses) {
        return addresses.stream()
                .filter(address -> !address.isLoopback())
                .map(address -> LocalRoute.to(address, source.apply(address.family())))
                .toList();
    }
}
