package io.ballast.netty.intercept;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.netlink.LocalRoute;
import io.ballast.netty.linux.netlink.LocalRoutes;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ClusterIPs as local routes of Ballast's protocol number, with a guard around them. <em>Confined to the sync
 * thread.</em>
 */
public final class NetlinkClusterIps implements ClusterIpRoutes {
    private static final Logger log = LoggerFactory.getLogger(NetlinkClusterIps.class);

    private final LocalRoutes routes;
    private final Function<IpFamily, @Nullable IpAddress> source;
    private final Predicate<IpAddress> own;
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
     * @param own whether an address is the node's, and only called a ClusterIP
     */
    public NetlinkClusterIps(
            LocalRoutes routes, Function<IpFamily, @Nullable IpAddress> source, Predicate<IpAddress> own, Guard guard) {
        this.routes = routes;
        this.source = source;
        this.own = own;
        this.guard = guard;
    }

    /**
     * The node's own addresses are local already, and their other ports and ARP are not Ballast's to shut; an interface
     * may have got one since it was added last.
     */
    @Override
    public Map<IpAddress, String> add(Collection<IpAddress> wanted) {
        Map<IpFamily, Optional<IpAddress>> sources = sources(wanted);
        Map<Boolean, List<IpAddress>> byOwner =
                wanted.stream().collect(Collectors.partitioningBy(address -> isNodes(address, sources)));
        Map<IpAddress, String> failures = makeLocal(byOwner.getOrDefault(false, List.of()), sources);
        remove(byOwner.getOrDefault(true, List.of()));
        return failures;
    }

    private boolean isNodes(IpAddress address, Map<IpFamily, Optional<IpAddress>> sources) {
        return address.isLoopback() || own.test(address) || Optional.of(address).equals(sources.get(address.family()));
    }

    private Map<IpAddress, String> makeLocal(List<IpAddress> addresses, Map<IpFamily, Optional<IpAddress>> sources) {
        if (addresses.isEmpty()) {
            return Map.of();
        }
        Map<IpAddress, String> failures = new HashMap<>();
        try {
            guard.close().accept(addresses);
        } catch (RuntimeException e) {
            // Local but not guarded, an address would lead to whatever the host has on its ports.
            addresses.forEach(address -> failures.put(address, "cannot guard " + address + ": " + e.getMessage()));
            return failures;
        }
        routes.add(routesTo(addresses, sources)).forEach((route, failure) -> {
            if (failure.errno() != Errno.EEXIST) {
                failures.put(route.destination().network(), reason(failure));
            }
        });
        if (!failures.isEmpty()) {
            unguard(failures.keySet());
        }
        return failures;
    }

    private void unguard(Collection<IpAddress> addresses) {
        try {
            guard.open().accept(addresses);
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("Addresses that are not local any more stay guarded until the next one goes");
        }
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

    /** Of routes only Ballast's own go: what makes an interface's address local stays. */
    @Override
    public void remove(Collection<IpAddress> unwanted) {
        if (!unwanted.isEmpty()) {
            // Whatever source they were made with: the node's address may be another by now.
            routes.delete(unwanted.stream()
                    .map(address -> LocalRoute.to(address, null))
                    .toList());
            unguard(unwanted);
        }
    }

    /** Asked once for each family: it may ask the kernel. */
    private Map<IpFamily, Optional<IpAddress>> sources(Collection<IpAddress> addresses) {
        Map<IpFamily, Optional<IpAddress>> sources = new EnumMap<>(IpFamily.class);
        addresses.forEach(address ->
                sources.computeIfAbsent(address.family(), family -> Optional.ofNullable(source.apply(family))));
        return sources;
    }

    private static List<LocalRoute> routesTo(
            Collection<IpAddress> addresses, Map<IpFamily, Optional<IpAddress>> sources) {
        return addresses.stream()
                .map(address -> LocalRoute.to(address, sourceOf(address, sources)))
                .toList();
    }

    private static @Nullable IpAddress sourceOf(IpAddress address, Map<IpFamily, Optional<IpAddress>> sources) {
        Optional<IpAddress> source = sources.get(address.family());
        return source == null ? null : source.orElse(null);
    }
}
