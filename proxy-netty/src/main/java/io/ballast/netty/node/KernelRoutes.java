package io.ballast.netty.node;

import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.netlink.Route;
import io.ballast.netty.linux.netlink.RouteNetlink;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers of the kernel's routing table, remembered until a route changes. <em>Thread-safe</em>: a look-up that is not
 * remembered takes one system call under a lock.
 */
final class KernelRoutes implements AutoCloseable {
    /** Clients beyond this many make the memory start over. */
    private static final int MAX_REMEMBERED = 16_384;

    private final RouteNetlink netlink;
    private final Map<IpAddress, Optional<Route>> remembered = new ConcurrentHashMap<>();

    KernelRoutes(RouteNetlink netlink) {
        this.netlink = netlink;
    }

    Optional<Route> lookup(IpAddress address) {
        Optional<Route> known = remembered.get(address);
        if (known != null) {
            return known;
        }
        Optional<Route> found;
        synchronized (netlink) {
            found = netlink.lookup(address);
        }
        if (remembered.size() >= MAX_REMEMBERED) {
            remembered.clear();
        }
        remembered.put(address, found);
        return found;
    }

    void forget() {
        remembered.clear();
    }

    @Override
    public void close() {
        synchronized (netlink) {
            netlink.close();
        }
    }
}
