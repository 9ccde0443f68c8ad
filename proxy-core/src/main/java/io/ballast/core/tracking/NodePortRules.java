package io.ballast.core.tracking;

import io.ballast.core.model.IpAddress;
import java.util.Optional;

/**
 * Where NodePorts answer. <em>Immutable.</em>
 *
 * @param onLoopbackIpv4 {@code iptables.localhostNodePorts}; false keeps them off 127.0.0.0/8 unless {@code localhost}
 *     is listed
 */
public record NodePortRules(NodePortAddresses addresses, boolean onLoopbackIpv4) {
    /** A daemon without flags: every address of the node's interfaces. */
    public static final NodePortRules DEFAULT = new NodePortRules(NodePortAddresses.EVERY, true);

    /**
     * Whether NodePorts answer on an address of this node.
     *
     * @param nodeAddress the node's own address of that family, if it has one
     */
    public boolean accepts(IpAddress local, Optional<IpAddress> nodeAddress) {
        boolean barred = local.isLoopback() && local.isIpv4() && !onLoopbackIpv4 && !addresses.localhost();
        return !barred && addresses.accepts(local, nodeAddress);
    }
}
