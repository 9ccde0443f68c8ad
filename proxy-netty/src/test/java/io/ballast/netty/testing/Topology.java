package io.ballast.netty.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small cluster for tests: nodes with pods, and hosts outside, every one a network namespace. Dual stack, all
 * forwarding on, every pair of machines reaches each other by its own address. Immutable once built.
 *
 * <pre>{@code
 *   outside 192.0.2.101 ─┐
 *                        ├─ LAN (a bridge) 192.0.2.0/24, 2001:db8::/64
 *   node i  192.0.2.i ───┘
 *     ├─ cni0 10.244.i.1/24, 2001:db8:244:i::1/64 (a bridge): bridged pods 10.244.i.j (flannel, k3s)
 *     └─ one veth each, a /32 and a /128 route:               routed pods  10.245.i.j (ptp, Calico)
 * }</pre>
 *
 * <p>IPv6 likewise: {@code 2001:db8::i}, {@code 2001:db8:244:i::j}, {@code 2001:db8:245:i::j}. i counts nodes from 1,
 * j the pods of a node from 10, outside hosts count from 101. A node reaches the LAN through {@code eth0}, a pod its
 * node through {@code eth0}; the node's end of a pod's veth is named after the pod. An outside host's default route is
 * the first node, so that it can dial any Service address.
 */
public final class Topology implements AutoCloseable {
    private final Map<String, Machine> machines;
    private final List<NetworkNamespace> namespaces;

    Topology(Map<String, Machine> machines, List<NetworkNamespace> namespaces) {
        this.machines = Map.copyOf(machines);
        this.namespaces = List.copyOf(namespaces);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The machine declared with this name. */
    public Machine machine(String name) {
        Machine machine = machines.get(name);
        if (machine == null) {
            throw new IllegalArgumentException("no machine " + name + " among " + machines.keySet());
        }
        return machine;
    }

    @Override
    public void close() {
        NetworkNamespace.close(namespaces);
    }

    /**
     * Declares machines in order; a pod belongs to the node declared last before it. Names are unique and have at most
     * 15 characters, those of an interface. Confined to one thread.
     */
    public static final class Builder {
        private final Map<String, Kind> kinds = new LinkedHashMap<>();

        private Builder() {}

        public Builder node(String name) {
            return add(name, Kind.NODE);
        }

        /** A pod behind the node's bridge {@code cni0}. */
        public Builder bridgedPod(String name) {
            return add(name, Kind.BRIDGED_POD);
        }

        /** A pod behind an interface and a host route of its own. */
        public Builder routedPod(String name) {
            return add(name, Kind.ROUTED_POD);
        }

        public Builder outside(String name) {
            return add(name, Kind.OUTSIDE);
        }

        private Builder add(String name, Kind kind) {
            if (kinds.putIfAbsent(name, kind) != null || name.length() > 15 || name.matches("cni0|eth0|lo")) {
                throw new IllegalArgumentException("not a free machine name: " + name);
            }
            return this;
        }

        /** Makes all namespaces and links; where that fails, nothing is left behind. */
        public Topology build() {
            TopologyWiring wiring = new TopologyWiring(kinds.size());
            try {
                kinds.forEach(wiring::add);
                wiring.routeBetweenNodes();
                return wiring.topology();
            } catch (RuntimeException | Error e) {
                wiring.close();
                throw e;
            }
        }
    }

    enum Kind {
        NODE,
        BRIDGED_POD,
        ROUTED_POD,
        OUTSIDE
    }
}
