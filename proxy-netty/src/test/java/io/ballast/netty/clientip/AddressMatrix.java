package io.ballast.netty.clientip;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.testing.ServiceBuilder;
import io.ballast.core.testing.SliceBuilder;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * Who dials what, and which address the endpoint is to see: every kind of client, frontend, external policy and endpoint,
 * in both families. Immutable.
 */
final class AddressMatrix {
    static final int PORT = 80;
    static final int ENDPOINT_PORT = 8080;

    private static final List<String> FAR_PODS = List.of("bridged3", "routed3");
    private static final List<String> CLIENTS = List.of("bridged1", "routed1", "node1", "outside");
    /** Machines with an endpoint; the nodes' are on the host's network. */
    static final List<String> ENDPOINTS =
            List.of("bridged1", "bridged2", "routed1", "routed2", "bridged3", "routed3", "node1", "node2");

    private final Topology topology;

    AddressMatrix(Topology topology) {
        this.topology = topology;
    }

    static Topology topology(int bridgeNetfilter) {
        Topology topology = Topology.builder()
                .node("node1")
                .bridgedPod("bridged1")
                .bridgedPod("bridged2")
                .routedPod("routed1")
                .routedPod("routed2")
                .node("node2")
                .bridgedPod("bridged3")
                .routedPod("routed3")
                .outside("outside")
                .build();
        Machine node = topology.machine("node1");
        Machine router = topology.machine("outside");
        // What the host itself sends to an external address needs a route before it can be steered elsewhere.
        node.ip("route add default via " + router.ipv4(), "route add default via " + router.ipv6());
        node.exec(
                "sysctl",
                "-qw",
                "net.bridge.bridge-nf-call-iptables=" + bridgeNetfilter,
                "net.bridge.bridge-nf-call-ip6tables=" + bridgeNetfilter);
        return topology;
    }

    enum Kind {
        CLUSTER_IP,
        NODE_PORT,
        EXTERNAL_IP,
        LOAD_BALANCER
    }

    enum Seen {
        CLIENT,
        NODE
    }

    /**
     * One question.
     *
     * @param policy {@code externalTrafficPolicy} of the Service
     */
    record Cell(Machine client, Kind kind, TrafficPolicy policy, String endpoint, IpFamily family, Seen expected) {}

    /** What can be asked: an outsider gets no answer where the policy is Local and the endpoint on another node. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (String client : CLIENTS) {
            for (Kind kind : Kind.values()) {
                for (TrafficPolicy policy : TrafficPolicy.values()) {
                    for (String endpoint : ENDPOINTS) {
                        add(cells, client, kind, policy, endpoint);
                    }
                }
            }
        }
        return cells;
    }

    private void add(List<Cell> cells, String client, Kind kind, TrafficPolicy policy, String endpoint) {
        boolean external = kind != Kind.CLUSTER_IP;
        boolean unanswered = external && policy == TrafficPolicy.LOCAL && client.equals("outside") && isFar(endpoint);
        if (!unanswered) {
            for (IpFamily family : IpFamily.values()) {
                Seen expected = expected(client, external, policy, endpoint);
                cells.add(new Cell(topology.machine(client), kind, policy, endpoint, family, expected));
            }
        }
    }

    private static boolean isFar(String endpoint) {
        return FAR_PODS.contains(endpoint) || endpoint.equals("node2");
    }

    /** The table of docs/operations.md. */
    private static Seen expected(String client, boolean external, TrafficPolicy policy, String endpoint) {
        boolean masqueraded = external && policy == TrafficPolicy.CLUSTER;
        if (masqueraded || client.equals(endpoint) || endpoint.equals("node1") || client.equals("node1")) {
            return Seen.NODE;
        }
        return client.equals("outside") && !external ? Seen.NODE : Seen.CLIENT;
    }

    /** Two Services for each endpoint, one of each external policy. */
    List<Service> services(Protocol protocol) {
        List<Service> services = new ArrayList<>();
        for (String endpoint : ENDPOINTS) {
            for (TrafficPolicy policy : TrafficPolicy.values()) {
                ServiceBuilder service = ServiceBuilder.service(name(endpoint, policy))
                        .type(ServiceType.LOAD_BALANCER)
                        .clusterIps(List.of(IpFamily.values()), addresses(Kind.CLUSTER_IP, policy, endpoint))
                        .nodePort("", protocol, PORT, nodePort(policy, endpoint))
                        .externalIps(addresses(Kind.EXTERNAL_IP, policy, endpoint))
                        .external(policy);
                for (String address : addresses(Kind.LOAD_BALANCER, policy, endpoint)) {
                    service.ingress(address, "VIP");
                }
                services.add(service.build());
            }
        }
        return services;
    }

    List<EndpointSlice> slices(Protocol protocol) {
        List<EndpointSlice> slices = new ArrayList<>();
        for (String endpoint : ENDPOINTS) {
            String node = isFar(endpoint) ? "node2" : "node1";
            for (TrafficPolicy policy : TrafficPolicy.values()) {
                for (IpFamily family : IpFamily.values()) {
                    slices.add(SliceBuilder.slice(name(endpoint, policy) + "-" + family, name(endpoint, policy))
                            .addressType(family.toString())
                            .port("", protocol, ENDPOINT_PORT)
                            .endpoint(address(topology.machine(endpoint), family), "R @" + node)
                            .build());
                }
            }
        }
        return slices;
    }

    private static String name(String endpoint, TrafficPolicy policy) {
        return endpoint + "-" + policy;
    }

    static String address(Machine machine, IpFamily family) {
        return family == IpFamily.IPV4 ? machine.ipv4() : machine.ipv6();
    }

    /** Where a cell's client dials. */
    String frontend(Cell cell) {
        return cell.kind() == Kind.NODE_PORT
                ? address(topology.machine("node1"), cell.family())
                : addresses(cell.kind(), cell.policy(), cell.endpoint())[
                        cell.family().ordinal()];
    }

    static int port(Cell cell) {
        return cell.kind() == Kind.NODE_PORT ? nodePort(cell.policy(), cell.endpoint()) : PORT;
    }

    private static int nodePort(TrafficPolicy policy, String endpoint) {
        return 30_000 + number(policy, endpoint);
    }

    private static String[] addresses(Kind kind, TrafficPolicy policy, String endpoint) {
        int number = number(policy, endpoint);
        return switch (kind) {
            case CLUSTER_IP -> new String[] {"10.96.0." + number, "fd00:96::" + number};
            case EXTERNAL_IP -> new String[] {"203.0.113." + number, "2001:db8:113::" + number};
            case LOAD_BALANCER -> new String[] {"198.51.100." + number, "2001:db8:100::" + number};
            case NODE_PORT -> throw new IllegalArgumentException("a node's own address");
        };
    }

    private static int number(TrafficPolicy policy, String endpoint) {
        return 10 + 100 * policy.ordinal() + ENDPOINTS.indexOf(endpoint);
    }
}
