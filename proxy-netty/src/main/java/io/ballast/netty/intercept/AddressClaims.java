package io.ballast.netty.intercept;

import io.ballast.core.model.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which ClusterIPs are local because of us. A released address stays local until its last connection has ended, since
 * that connection's packets must still arrive. <em>Confined to the sync thread.</em>
 */
final class AddressClaims {
    private final ClusterIpRoutes routes;
    private final Predicate<IpAddress> inUse;
    private final Set<IpAddress> held = new HashSet<>();
    private final Map<IpAddress, String> failures = new HashMap<>();
    private final Set<IpAddress> released = new HashSet<>();

    /** Addresses that an earlier process made local are kept until the first sync has said which it wants. */
    AddressClaims(ClusterIpRoutes routes, Predicate<IpAddress> inUse) {
        this.routes = routes;
        this.inUse = inUse;
        this.released.addAll(routes.left());
    }

    void claim(Collection<IpAddress> addresses) {
        // Not removeAll, which asks a list for each element of a set that is not larger.
        addresses.forEach(released::remove);
        addresses.forEach(failures::remove);
        held.addAll(addresses);
        failures.putAll(routes.add(addresses));
    }

    /** Adds again what the kernel may have dropped: it removes routes with the address that is their source. */
    void renew() {
        claim(List.copyOf(held));
    }

    /**
     * Adds the routes that somebody has taken; returns their addresses.
     *
     * @throws IllegalStateException when one cannot be added, as long as its guard is missing for example
     */
    Collection<IpAddress> restore() {
        Set<IpAddress> missing = local();
        missing.removeAll(Set.copyOf(routes.left()));
        if (!missing.isEmpty()) {
            Map<IpAddress, String> failed = routes.add(missing);
            if (!failed.isEmpty()) {
                throw new IllegalStateException(failed.values().iterator().next());
            }
            missing.retainAll(Set.copyOf(routes.left()));
        }
        return missing;
    }

    /** Claims again those of the addresses that failed before. */
    void retry(Collection<IpAddress> addresses) {
        List<IpAddress> again =
                addresses.stream().filter(failures::containsKey).distinct().toList();
        if (!again.isEmpty()) {
            claim(again);
        }
    }

    /** All that are local because of us, those that only wait for their last connection among them. */
    Set<IpAddress> local() {
        Set<IpAddress> local = new HashSet<>(held);
        local.addAll(released);
        local.removeAll(failures.keySet());
        return local;
    }

    /** Why an address is not local, {@code ""} where it is. */
    String failure(IpAddress address) {
        return failures.getOrDefault(address, "");
    }

    void release(Collection<IpAddress> addresses) {
        for (IpAddress address : addresses) {
            held.remove(address);
            if (failures.remove(address) == null) {
                released.add(address);
            }
        }
        sweep();
    }

    void sweep() {
        List<IpAddress> unused = new ArrayList<>();
        released.removeIf(address -> !inUse.test(address) && unused.add(address));
        if (!unused.isEmpty()) {
            routes.remove(unused);
        }
    }
}
