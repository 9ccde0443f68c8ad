package io.ballast.core.model;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The addresses that the interfaces of this node have. <em>Immutable.</em>
 *
 * @param own the node's, whatever a Service says of them
 * @param lent those that only interfaces for Services' addresses have, kube-proxy's {@code kube-ipvs0} and other dummies
 *     ({@code nodelocaldns}): a ClusterIP among them is not the node's
 */
public record HostAddresses(Set<IpAddress> own, Set<IpAddress> lent) {
    public static final HostAddresses NONE = of(Set.of());

    public HostAddresses {
        own = Set.copyOf(own);
        lent = Set.copyOf(lent);
    }

    /** A host without dummy interfaces. */
    public static HostAddresses of(Set<IpAddress> own) {
        return new HostAddresses(own, Set.of());
    }

    public Set<IpAddress> all() {
        Set<IpAddress> all = new HashSet<>(own);
        all.addAll(lent);
        return all;
    }

    public HostAddresses filter(Predicate<IpAddress> wanted) {
        return new HostAddresses(filter(own, wanted), filter(lent, wanted));
    }

    /** The same with some of them the node's own, even on a dummy interface: those that its Node object names. */
    public HostAddresses owning(Set<IpAddress> named) {
        Set<IpAddress> owned = new HashSet<>(own);
        owned.addAll(filter(lent, named::contains));
        return new HostAddresses(owned, filter(lent, address -> !named.contains(address)));
    }

    private static Set<IpAddress> filter(Set<IpAddress> addresses, Predicate<IpAddress> wanted) {
        return addresses.stream().filter(wanted).collect(Collectors.toUnmodifiableSet());
    }
}
