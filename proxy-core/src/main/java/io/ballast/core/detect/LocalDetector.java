package io.ballast.core.detect;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import java.util.List;

/**
 * What {@code detectLocalMode} means by a local pod: kube-proxy's {@code LocalTrafficDetector}. <em>Immutable.</em>
 */
public sealed interface LocalDetector {
    /** No mode is in force, or it lacks what it needs: nothing can be told to be a local pod. */
    LocalDetector NONE = new ByCidr(List.of());

    /** Whether the mode is in force for this family; without one kube-proxy masquerades less. */
    boolean isConfigured(IpFamily family);

    /**
     * @param route the way the client's packets came in, or where this node would send packets for the client
     */
    boolean isLocal(IpAddress client, RouteLookup.Hop route);

    /**
     * Modes ClusterCIDR and NodeCIDR.
     *
     * @param cidrs of the cluster's, or this node's, pods, of either family
     */
    record ByCidr(List<Cidr> cidrs) implements LocalDetector {
        public ByCidr {
            cidrs = List.copyOf(cidrs);
        }

        @Override
        public boolean isConfigured(IpFamily family) {
            for (Cidr cidr : cidrs) {
                if (cidr.family() == family) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean isLocal(IpAddress client, RouteLookup.Hop route) {
            return cidrs.stream().anyMatch(cidr -> cidr.contains(client));
        }
    }

    /**
     * Modes BridgeInterface and InterfaceNamePrefix. As kube-proxy, Ballast matches the interface a packet came
     * in by; where the kernel does not tell it, the one that leads back to the client, which is the same wherever
     * {@code rp_filter} would accept it.
     *
     * @param name a whole interface name, or its beginning
     */
    record ByInterface(String name, boolean prefix) implements LocalDetector {
        @Override
        public boolean isConfigured(IpFamily family) {
            return true;
        }

        @Override
        public boolean isLocal(IpAddress client, RouteLookup.Hop route) {
            return matches(route.interfaceName());
        }

        /** Whether an interface of this name is one of the pods'. */
        public boolean matches(String interfaceName) {
            return prefix ? interfaceName.startsWith(name) : interfaceName.equals(name);
        }
    }
}
