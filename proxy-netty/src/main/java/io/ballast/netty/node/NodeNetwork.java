package io.ballast.netty.node;

import io.ballast.core.detect.RouteLookup;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.netlink.InterfaceAddress;
import io.ballast.netty.linux.netlink.Link;
import io.ballast.netty.linux.netlink.NetworkEvent;
import io.ballast.netty.linux.netlink.NetworkMonitor;
import io.ballast.netty.linux.netlink.NetworkMonitor.Topic;
import io.ballast.netty.linux.netlink.Route;
import io.ballast.netty.linux.netlink.RouteNetlink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The interfaces of this node and their addresses, in the network namespace of the thread that opened it. Reading is
 * thread-safe; {@link #refresh} is confined to the sync thread.
 */
public final class NodeNetwork implements AutoCloseable {
    /** Documentation addresses (RFC 5737, RFC 3849), which only a default route leads to. */
    private static final IpAddress SOMEWHERE_IPV4 = IpAddress.parse("198.51.100.1");

    private static final IpAddress SOMEWHERE_IPV6 = IpAddress.parse("2001:db8:ffff::1");

    private final RouteNetlink netlink;
    private final KernelRoutes routes;
    private final NetworkMonitor monitor;
    private volatile Interfaces interfaces;
    private volatile Consumer<NetworkEvent> watcher = event -> {};

    private NodeNetwork(RouteNetlink netlink, KernelRoutes routes, Runnable changed) {
        this.netlink = netlink;
        this.routes = routes;
        this.monitor = NetworkMonitor.start(
                Set.of(Topic.LINKS, Topic.ADDRESSES, Topic.ROUTES, Topic.RULES), event -> heard(event, changed));
        this.interfaces = read();
    }

    /**
     * Reads the interfaces and follows them.
     *
     * @param changed is told, on a thread of the monitor, that {@link #refresh} has something new to read
     */
    public static NodeNetwork open(Runnable changed) {
        return new NodeNetwork(RouteNetlink.open(), new KernelRoutes(RouteNetlink.open()), changed);
    }

    private void heard(NetworkEvent event, Runnable changed) {
        if (event instanceof NetworkEvent.RouteChanged added) {
            routeChanged(added.route());
        } else if (event instanceof NetworkEvent.RouteRemoved removed) {
            routeChanged(removed.route());
        } else if (!(event instanceof NetworkEvent.RuleRemoved)) {
            routes.forget();
            changed.run();
        }
        watcher.accept(event);
    }

    /** @param watcher hears every event from now on, on a thread of the monitor */
    public void watch(Consumer<NetworkEvent> watcher) {
        this.watcher = watcher;
    }

    /** Routes of our own lead to ourselves: they come by the thousand and change no client's way. */
    private void routeChanged(Route route) {
        if (route.protocol() != RouteNetlink.PROTOCOL) {
            routes.forget();
        }
    }

    /** Reads the interfaces again; true when addresses or names are not what they were. */
    public boolean refresh() {
        Interfaces before = interfaces;
        interfaces = read();
        routes.forget();
        return !interfaces.equals(before);
    }

    private Interfaces read() {
        Map<Integer, String> names = new HashMap<>();
        Set<Integer> forServices = new HashSet<>();
        for (Link link : netlink.links()) {
            names.put(link.index(), link.name());
            if (link.isForServices()) {
                forServices.add(link.index());
            }
        }
        Map<IpAddress, Integer> byAddress = new HashMap<>();
        Set<IpAddress> own = new HashSet<>();
        for (InterfaceAddress address : netlink.addresses()) {
            byAddress.put(address.address(), address.interfaceIndex());
            if (!forServices.contains(address.interfaceIndex())) {
                own.add(address.address());
            }
        }
        return new Interfaces(names, byAddress, own);
    }

    /** Every address of every interface, loopback and link-local ones included. */
    public Set<IpAddress> addresses() {
        return interfaces.byAddress().keySet();
    }

    /** Those at which frontends can be opened. */
    public HostAddresses servedAddresses() {
        return interfaces.hostAddresses().filter(address -> !address.needsZone());
    }

    /** Whether an interface of this node has the address. */
    public boolean owns(IpAddress address) {
        return interfaces.byAddress().containsKey(address);
    }

    /** Whether an interface has the address that is not there for Services, so that it is the node's. */
    public boolean isOwn(IpAddress address) {
        return interfaces.own().contains(address);
    }

    /**
     * The address that this host would use towards the world: the node's own as long as its Node object is not known.
     * Empty without a default route.
     */
    public Optional<IpAddress> defaultSource(IpFamily family) {
        return routes.lookup(family == IpFamily.IPV4 ? SOMEWHERE_IPV4 : SOMEWHERE_IPV6)
                .map(Route::source)
                .filter(this::owns);
    }

    /** Index by name, of every interface. */
    public Map<Integer, String> interfaceNames() {
        return interfaces.names();
    }

    /**
     * Where packets for clients would go.
     *
     * @param nodeIps the node's own addresses; the interfaces that hold them are the uplinks
     */
    public RouteLookup routeLookup(List<IpAddress> nodeIps) {
        return address -> {
            Interfaces now = interfaces;
            return routes.lookup(address)
                    .filter(Route::isUnicast)
                    .map(route -> new RouteLookup.Hop(
                            now.names().getOrDefault(route.interfaceIndex(), ""),
                            route.isOnLink(),
                            now.uplinks(nodeIps).contains(route.interfaceIndex())))
                    .orElse(RouteLookup.Hop.UNKNOWN);
        };
    }

    @Override
    public void close() {
        monitor.close();
        netlink.close();
        routes.close();
    }

    /** @param own addresses of interfaces that are not there for Services */
    private record Interfaces(Map<Integer, String> names, Map<IpAddress, Integer> byAddress, Set<IpAddress> own) {
        Interfaces {
            names = Map.copyOf(names);
            byAddress = Map.copyOf(byAddress);
            own = Set.copyOf(own);
        }

        HostAddresses hostAddresses() {
            Set<IpAddress> lent = new HashSet<>(byAddress.keySet());
            lent.removeAll(own);
            return new HostAddresses(own, lent);
        }

        Set<Integer> uplinks(List<IpAddress> nodeIps) {
            Set<Integer> indexes = new HashSet<>();
            for (IpAddress ip : nodeIps) {
                Integer index = byAddress.get(ip);
                if (index != null) {
                    indexes.add(index);
                }
            }
            return indexes;
        }
    }
}
