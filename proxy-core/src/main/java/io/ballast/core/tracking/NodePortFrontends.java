package io.ballast.core.tracking;

import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.ServicePort;
import io.ballast.core.routing.Route;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * The addresses at which NodePorts answer now, and the Service ports concerned when they change. <em>Confined to the
 * sync thread.</em>
 *
 * <p>A ClusterIP is none of them where it is on an interface for its Service's sake (kube-proxy's {@code kube-ipvs0} that
 * outlived its kube-proxy): a NodePort must not open on another Service's address. An address of the node's own stays,
 * even when some Service calls it its ClusterIP: that Service gets its ports there, and takes nobody else's.
 */
final class NodePortFrontends {
    private final TableEditor table;
    private final FrontendClaims claims;
    private final Set<ServicePortKey> tracked = new LinkedHashSet<>();
    private HostAddresses candidates = HostAddresses.NONE;
    private Set<IpAddress> addresses = Set.of();
    private boolean stale;

    NodePortFrontends(TableEditor table, FrontendClaims claims) {
        this.table = table;
        this.claims = claims;
    }

    /** In force now. */
    Set<IpAddress> addresses() {
        return addresses;
    }

    /** Wanted from the next {@link #settle} on. */
    void candidates(HostAddresses wanted) {
        candidates = wanted;
        stale = true;
    }

    void track(ServicePort port) {
        if (port.nodePort() == 0) {
            tracked.remove(ServicePortKey.of(port));
        } else {
            tracked.add(ServicePortKey.of(port));
        }
    }

    void untrack(ServicePortKey key) {
        tracked.remove(key);
    }

    /** Notes that the claim's address became a ClusterIP, or is none any more. */
    void clusterIpChanged(boolean changed, Claim claim) {
        stale |= changed && candidates.lent().contains(claim.frontend().address());
    }

    void settle() {
        if (!stale) {
            return;
        }
        stale = false;
        Set<IpAddress> wanted = candidates
                .filter(ip -> candidates.own().contains(ip) || !table.isClusterIp(ip))
                .all();
        if (wanted.equals(addresses)) {
            return;
        }
        for (ServicePortKey key : tracked) {
            Route route = Objects.requireNonNull(table.route(key), "a tracked NodePort has a route");
            expand(route, addresses, wanted);
        }
        addresses = Set.copyOf(wanted);
    }

    private void expand(Route route, Set<IpAddress> from, Set<IpAddress> to) {
        ServicePort port = route.servicePort();
        for (IpAddress address : to) {
            Claim claim = Claim.atNodePort(port, address);
            if (!from.contains(address) && address.family() == port.family() && !claim.isLeftTo(route)) {
                claims.add(claim, route);
            }
        }
        for (IpAddress address : from) {
            Claim claim = Claim.atNodePort(port, address);
            if (!to.contains(address) && address.family() == port.family() && !claim.isLeftTo(route)) {
                claims.remove(claim);
            }
        }
    }
}
