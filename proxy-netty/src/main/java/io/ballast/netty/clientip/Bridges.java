package io.ballast.netty.clientip;

import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.netlink.InterfaceAddress;
import io.ballast.netty.linux.netlink.Link;
import io.ballast.netty.linux.netlink.NetworkEvent;
import io.ballast.netty.linux.netlink.NetworkMonitor;
import io.ballast.netty.linux.netlink.NetworkMonitor.Topic;
import io.ballast.netty.linux.netlink.RouteNetlink;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridges of this node whose frames are lifted to the host: those that the host routes for, because it has an
 * address there, without its uplink. Follows bridges and ports as they come, go and change their MAC addresses.
 * <em>Thread-safe.</em>
 */
final class Bridges implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bridges.class);

    private final RouteNetlink netlink;
    private final Predicate<IpAddress> uplinkAddress;
    private final Consumer<Map<Integer, String>> lift;
    private final Map<Integer, Link> links = new HashMap<>();
    private final Map<AddressKey, InterfaceAddress> addresses = new HashMap<>();
    private final NetworkMonitor monitor;
    /** What was last given to {@link #lift}; a port no one has forces the first time. */
    private Map<Integer, String> inForce = Map.of(-1, "");
    /** Names of the bridges whose frames are lifted. */
    private volatile Set<String> lifted = Set.of();

    /**
     * Starts to follow, in the network namespace of the calling thread.
     *
     * @param uplinkAddress whether an address is the node's own, which tells the uplink
     * @param lift is given the MAC address of its bridge for each port, by index, whenever that changes
     */
    Bridges(Predicate<IpAddress> uplinkAddress, Consumer<Map<Integer, String>> lift) {
        this.uplinkAddress = uplinkAddress;
        this.lift = lift;
        this.netlink = RouteNetlink.open();
        this.monitor = NetworkMonitor.start(Set.of(Topic.LINKS, Topic.ADDRESSES), this::heard);
        heard(new NetworkEvent.EventsLost());
    }

    /** Whether replies between two ports of the bridge reach the host. */
    boolean isLifted(String bridge) {
        return lifted.contains(bridge);
    }

    private synchronized void heard(NetworkEvent event) {
        if (event instanceof NetworkEvent.LinkChanged changed) {
            links.put(changed.link().index(), changed.link());
        } else if (event instanceof NetworkEvent.LinkRemoved removed) {
            links.remove(removed.link().index());
        } else if (event instanceof NetworkEvent.AddressChanged changed) {
            addresses.put(AddressKey.of(changed.address()), changed.address());
        } else if (event instanceof NetworkEvent.AddressRemoved removed) {
            addresses.remove(AddressKey.of(removed.address()));
        } else if (event instanceof NetworkEvent.EventsLost) {
            read();
        }
        refresh();
    }

    private void read() {
        links.clear();
        netlink.links().forEach(link -> links.put(link.index(), link));
        addresses.clear();
        netlink.addresses().forEach(address -> addresses.put(AddressKey.of(address), address));
    }

    /** Looks again which bridge is the uplink, and tries again what failed. */
    synchronized void refresh() {
        Map<Integer, Link> bridges = new HashMap<>();
        links.values().stream()
                .filter(link -> link.isBridge() && isRouted(link.index()))
                .forEach(bridge -> bridges.put(bridge.index(), bridge));
        Map<Integer, String> macs = new TreeMap<>();
        for (Link port : links.values()) {
            Link bridge = bridges.get(port.master());
            if (bridge != null) {
                macs.put(port.index(), bridge.mac());
            }
        }
        lift(macs, bridges.values());
    }

    private boolean isRouted(int bridge) {
        Collection<IpAddress> own = addresses.values().stream()
                .filter(address -> address.interfaceIndex() == bridge)
                .map(InterfaceAddress::address)
                .filter(address -> !address.isLinkLocal())
                .toList();
        return !own.isEmpty() && own.stream().noneMatch(uplinkAddress);
    }

    private void lift(Map<Integer, String> macs, Collection<Link> bridges) {
        Set<String> names = bridges.stream().map(Link::name).collect(Collectors.toUnmodifiableSet());
        if (!macs.equals(inForce)) {
            // No more promises about a bridge before its frames are left alone, none yet about a new one.
            lifted = lifted.stream().filter(names::contains).collect(Collectors.toUnmodifiableSet());
            try {
                lift.accept(macs);
                inForce = macs;
            } catch (RuntimeException e) {
                inForce = Map.of(-1, "");
                lifted = Set.of();
                log.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log("Replies between ports of one bridge cannot be caught, the node's address is used there");
                return;
            }
        }
        lifted = names;
    }

    /** Follows no more; frames are lifted as before. */
    @Override
    public void close() {
        monitor.close();
        synchronized (this) {
            netlink.close();
        }
    }

    private record AddressKey(int interfaceIndex, IpAddress address) {
        static AddressKey of(InterfaceAddress address) {
            return new AddressKey(address.interfaceIndex(), address.address());
        }
    }
}
