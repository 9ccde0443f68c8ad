package io.ballast.daemon;

import io.ballast.core.detect.RouteLookup;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.tracking.NodePortRules;
import io.ballast.netty.node.NodeNetwork;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which addresses are this node's: those its Node object names, and those its interfaces have. Thread-safe. */
final class NodeAddresses {
    private final NodeNetwork network;
    private final NodePortRules nodePorts;
    /** As the Node object names them, the primary one first; empty until it is known. */
    private volatile List<IpAddress> named = List.of();

    NodeAddresses(NodeNetwork network, NodePortRules nodePorts) {
        this.network = network;
        this.nodePorts = nodePorts;
    }

    /** The Node object's addresses, the primary one first. */
    void named(List<IpAddress> addresses) {
        named = addresses;
    }

    /** Where this host would send packets. */
    RouteLookup.Hop route(IpAddress address) {
        return network.routeLookup(named).lookup(address);
    }

    private @Nullable IpAddress primary(IpFamily family) {
        return named.stream()
                .filter(ip -> ip.family() == family)
                .findFirst()
                .or(() -> network.defaultSource(family))
                .orElse(null);
    }

    /** The node's own address as the source of packets: a Node object may name one that no interface has. */
    @Nullable
    IpAddress source(IpFamily family) {
        IpAddress primary = primary(family);
        return primary != null && network.owns(primary)
                ? primary
                : network.defaultSource(family).orElse(null);
    }

    /** Where a health check port listens: wherever NodePorts do. */
    List<InetAddress> ofHealthCheckPorts(IpFamily family) {
        Optional<IpAddress> primary = Optional.ofNullable(primary(family));
        if (nodePorts.addresses().matchesAll(family, primary)) {
            return List.of(IpAddress.of(new byte[family.bits() / Byte.SIZE]).toInetAddress());
        }
        return network.addresses().stream()
                .filter(address -> address.family() == family && nodePorts.accepts(address, primary))
                .map(IpAddress::toInetAddress)
                .toList();
    }
}
