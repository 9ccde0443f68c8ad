package io.ballast.netty.testing;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the namespaces and links of a {@link Topology}: collects what there shall be and then runs few processes, one for
 * each namespace. Confined to one thread.
 */
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
    private final List<NetworkNamespace> namespaces;
    private final Iterator<NetworkNamespace> unused;
    private final List<Machine> nodes = new ArrayList<>();
    private final NetworkNamespace lan;

    /** Commands that make pairs of interfaces, and bridges. */
    private final List<String> links = new ArrayList<>();

    /** Commands to run inside, in order, once all links are there. */
    private final Map<NetworkNamespace, List<String>> inside = new LinkedHashMap<>();

    private int pods;
    private int outsiders;

    TopologyWiring(int machines) {
        namespaces = NetworkNamespace.create(machines + 1);
        unused = namespaces.iterator();
        lan = unused.next();
        // A switch, not a host: no addresses, and no time lost to learning ports.
        bridge(lan, "lan", "");
    }

    private void bridge(NetworkNamespace namespace, String name, String options) {
        links.add("link add " + name + " netns " + namespace.name() + options + " type bridge forward_delay 0");
        ip(namespace, "link set " + name + " up");
    }

    private void ip(NetworkNamespace namespace, String... commands) {
        inside.computeIfAbsent(namespace, any -> new ArrayList<>(List.of("link set lo up")))
                .addAll(List.of(commands));
    }

    private void ip(Machine machine, String... commands) {
        ip(machine.namespace(), commands);
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
        node.namespace().set("ipv4/ip_forward", "1").set("ipv6/conf/all/forwarding", "1");
        // A fixed MAC, as CNI plugins set it: a bridge takes that of a port otherwise, and changes it with its ports.
        bridge(node.namespace(), "cni0", " address 02:00:00:00:00:0" + i);
        ip(node, "addr add 10.244." + i + ".1/24 dev cni0", "addr add 2001:db8:244:" + i + "::1/64 dev cni0 nodad");
        nodes.add(node);
    }

    private void addOutside(String name) {
        int host = FIRST_OUTSIDE + outsiders++;
        Machine outside = register(name, name, "192.0.2." + host, "2001:db8::" + host);
        joinLan(outside);
        ip(
                outside,
                "route add default via " + firstNode().ipv4(),
                "route add default via " + firstNode().ipv6());
    }

    private void addBridgedPod(String name) {
        int i = nodes.size();
        Machine pod = registerPod(name, BRIDGED_NET);
        joinNode(pod);
        ip(currentNode(), "link set " + name + " master cni0");
        ip(
                pod,
                "addr add " + pod.ipv4() + "/24 dev eth0",
                "addr add " + pod.ipv6() + "/64 dev eth0 nodad",
                "route add default via 10.244." + i + ".1",
                "route add default via 2001:db8:244:" + i + "::1");
    }

    private void addRoutedPod(String name) {
        Machine pod = registerPod(name, ROUTED_NET);
        joinNode(pod);
        Machine node = currentNode();
        ip(
                node,
                "link set " + name + " address " + ROUTED_GATEWAY_MAC,
                "route add " + pod.ipv4() + "/32 dev " + name + " src " + node.ipv4(),
                "route add " + pod.ipv6() + "/128 dev " + name + " src " + node.ipv6());
        ip(
                pod,
                "addr add " + pod.ipv4() + "/32 dev eth0",
                "addr add " + pod.ipv6() + "/128 dev eth0 nodad",
                "neigh add " + ROUTED_GATEWAY_4 + " lladdr " + ROUTED_GATEWAY_MAC + " dev eth0 nud permanent",
                "neigh add " + ROUTED_GATEWAY_6 + " lladdr " + ROUTED_GATEWAY_MAC + " dev eth0 nud permanent",
                "route add default via " + ROUTED_GATEWAY_4 + " dev eth0 onlink",
                "route add default via " + ROUTED_GATEWAY_6 + " dev eth0 onlink");
    }

    /** Every node reaches the pods of each other node through that node. */
    void routeBetweenNodes() {
        for (int i = 1; i <= nodes.size(); i++) {
            Machine target = nodes.get(i - 1);
            String[] routes = {
                "route add 10." + BRIDGED_NET + "." + i + ".0/24 via " + target.ipv4(),
                "route add 10." + ROUTED_NET + "." + i + ".0/24 via " + target.ipv4(),
                "route add 2001:db8:" + BRIDGED_NET + ":" + i + "::/64 via " + target.ipv6(),
                "route add 2001:db8:" + ROUTED_NET + ":" + i + "::/64 via " + target.ipv6()
            };
            nodes.stream().filter(node -> !node.equals(target)).forEach(node -> ip(node, routes));
        }
    }

    Topology topology() {
        NetworkNamespace.batch(links);
        inside.forEach((namespace, commands) -> namespace.ip(commands.toArray(String[]::new)));
        machines.values().forEach(machine -> machine.namespace().awaitAddresses());
        return new Topology(machines, namespaces);
    }

    void close() {
        NetworkNamespace.close(namespaces);
    }

    private void joinLan(Machine machine) {
        connect(machine.namespace(), lan, machine.name());
        ip(lan, "link set " + machine.name() + " master lan");
        ip(machine, "addr add " + machine.ipv4() + "/24 dev eth0", "addr add " + machine.ipv6() + "/64 dev eth0 nodad");
    }

    private void joinNode(Machine pod) {
        connect(pod.namespace(), currentNode().namespace(), pod.name());
    }

    /** A veth pair: {@code eth0} on one side, an interface named after the machine on the other; both up. */
    private void connect(NetworkNamespace machine, NetworkNamespace other, String name) {
        links.add("link add eth0 netns " + machine.name() + " type veth peer name " + name + " netns " + other.name());
        ip(machine, "link set eth0 up");
        ip(other, "link set " + name + " up");
    }

    private Machine registerPod(String name, int net) {
        String suffix = String.valueOf(FIRST_POD + pods++);
        Machine node = currentNode();
        int i = nodes.indexOf(node) + 1;
        return register(
                name, node.name(), "10." + net + "." + i + "." + suffix, "2001:db8:" + net + ":" + i + "::" + suffix);
    }

    private Machine register(String name, String node, String ipv4, String ipv6) {
        Machine machine = new Machine(name, node, unused.next(), ipv4, ipv6);
        machines.put(name, machine);
        return machine;
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
