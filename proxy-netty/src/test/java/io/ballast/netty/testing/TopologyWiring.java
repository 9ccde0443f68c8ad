package io.ballast.netty.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the namespaces and links of a {@link Topology}. Confined to one thread. */
final class TopologyWiring {
    private static final int BRIDGED_NET = 244;
    private static final int ROUTED_NET = 245;
    private static final int FIRST_POD = 10;
    private static final int FIRST_OUTSIDE = 101;
    private static final String ROUTED_GATEWAY_4 = "169.254.1.1";
    private static final String ROUTED_GATEWAY_6 = "fe80::1";
    /** As Calico has it: no one owns the gateways' addresses, the node's end of the link is simply known by its MAC. */
    private static final String ROUTED_GATEWAY_MAC = "ee:ee:ee:ee:ee:ee";

    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private final Deque<NetworkNamespace> namespaces = new ArrayDeque<>();
    private final List<Machine> nodes = new ArrayList<>();
    private final NetworkNamespace lan;
    private int pods;
    private int outsiders;

    TopologyWiring() {
        lan = namespace();
        // A switch, not a host: no addresses, and no time lost to learning ports.
        lan.ip("link add lan type bridge forward_delay 0", "link set lan up");
    }

    void add(String name, Topology.Kind kind) {
        switch (kind) {
            case NODE -> addNode(name);
            case BRIDGED_POD -> addBridgedPod(name);
            case ROUTED_POD -> addRoutedPod(name);
            case OUTSIDE -> addOutside(name);
        }
    }

    private void addNode(String name) {
        int i = nodes.size() + 1;
        pods = 0;
        Machine node = register(name, name, "192.0.2." + i, "2001:db8::" + i);
        joinLan(node);
        node.exec("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        // A fixed MAC, as CNI plugins set it: a bridge takes that of a port otherwise, and changes it with its ports.
        node.ip(
                "link add cni0 address 02:00:00:00:00:0" + i + " type bridge forward_delay 0",
                "link set cni0 up",
                "addr add 10.244." + i + ".1/24 dev cni0",
                "addr add 2001:db8:244:" + i + "::1/64 dev cni0 nodad");
        nodes.add(node);
    }

    private void addOutside(String name) {
        int host = FIRST_OUTSIDE + outsiders++;
        Machine outside = register(name, name, "192.0.2." + host, "2001:db8::" + host);
        joinLan(outside);
        outside.ip(
                "route add default via " + firstNode().ipv4(),
                "route add default via " + firstNode().ipv6());
    }

    private void addBridgedPod(String name) {
        int i = nodes.size();
        Machine pod = registerPod(name, BRIDGED_NET);
        joinNode(pod);
        currentNode().ip("link set " + name + " master cni0");
        pod.ip(
                "addr add " + pod.ipv4() + "/24 dev eth0",
                "addr add " + pod.ipv6() + "/64 dev eth0 nodad",
                "route add default via 10.244." + i + ".1",
                "route add default via 2001:db8:244:" + i + "::1");
    }

    private void addRoutedPod(String name) {
        Machine pod = registerPod(name, ROUTED_NET);
        joinNode(pod);
        Machine node = currentNode();
        node.ip(
                "link set " + name + " address " + ROUTED_GATEWAY_MAC,
                "route add " + pod.ipv4() + "/32 dev " + name + " src " + node.ipv4(),
                "route add " + pod.ipv6() + "/128 dev " + name + " src " + node.ipv6());
        pod.ip(
                "addr add " + pod.ipv4() + "/32 dev eth0",
                "addr add " + pod.ipv6() + "/128 dev eth0 nodad",
                "neigh add " + ROUTED_GATEWAY_4 + " lladdr " + ROUTED_GATEWAY_MAC + " dev eth0 nud permanent",
                "neigh add " + ROUTED_GATEWAY_6 + " lladdr " + ROUTED_GATEWAY_MAC + " dev eth0 nud permanent",
                "route add default via " + ROUTED_GATEWAY_4 + " dev eth0 onlink",
                "route add default via " + ROUTED_GATEWAY_6 + " dev eth0 onlink");
    }

    /** Every node reaches the pods of each other node through that node. */
    void connectNodes() {
        for (int i = 1; i <= nodes.size(); i++) {
            Machine target = nodes.get(i - 1);
            String[] routes = {
                "route add 10." + BRIDGED_NET + "." + i + ".0/24 via " + target.ipv4(),
                "route add 10." + ROUTED_NET + "." + i + ".0/24 via " + target.ipv4(),
                "route add 2001:db8:" + BRIDGED_NET + ":" + i + "::/64 via " + target.ipv6(),
                "route add 2001:db8:" + ROUTED_NET + ":" + i + "::/64 via " + target.ipv6()
            };
            nodes.stream().filter(node -> !node.equals(target)).forEach(node -> node.ip(routes));
        }
    }

    Topology topology() {
        machines.values().forEach(machine -> machine.namespace().awaitAddresses());
        return new Topology(machines, namespaces);
    }

    void close() {
        namespaces.forEach(NetworkNamespace::close);
    }

    private void joinLan(Machine machine) {
        connect(machine.namespace(), lan, machine.name());
        lan.ip("link set " + machine.name() + " master lan");
        machine.ip("addr add " + machine.ipv4() + "/24 dev eth0", "addr add " + machine.ipv6() + "/64 dev eth0 nodad");
    }

    private void joinNode(Machine pod) {
        connect(pod.namespace(), currentNode().namespace(), pod.name());
    }

    /** A veth pair: {@code eth0} on one side, an interface named after the machine on the other; both up. */
    private static void connect(NetworkNamespace machine, NetworkNamespace other, String name) {
        machine.ip("link add eth0 type veth peer name " + name + " netns " + other.name(), "link set eth0 up");
        other.ip("link set " + name + " up");
    }

    private Machine registerPod(String name, int net) {
        String suffix = String.valueOf(FIRST_POD + pods++);
        Machine node = currentNode();
        int i = nodes.indexOf(node) + 1;
        return register(
                name, node.name(), "10." + net + "." + i + "." + suffix, "2001:db8:" + net + ":" + i + "::" + suffix);
    }

    private Machine register(String name, String node, String ipv4, String ipv6) {
        Machine machine = new Machine(name, node, namespace(), ipv4, ipv6);
        machines.put(name, machine);
        return machine;
    }

    private NetworkNamespace namespace() {
        NetworkNamespace namespace = NetworkNamespace.create();
        namespaces.push(namespace);
        return namespace;
    }

    private Machine firstNode() {
        return node(0);
    }

    private Machine currentNode() {
        return node(nodes.size() - 1);
    }

    private Machine node(int index) {
        if (nodes.isEmpty()) {
            throw new IllegalStateException("declare a node first");
        }
        return nodes.get(index);
    }
}
