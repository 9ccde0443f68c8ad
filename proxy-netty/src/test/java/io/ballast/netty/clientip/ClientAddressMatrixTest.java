package io.ballast.netty.clientip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.core.testing.ServiceBuilder;
import io.ballast.core.testing.SliceBuilder;
import io.ballast.netty.Interception;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import io.ballast.netty.transport.IoTransport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which address endpoints see, from everywhere to everywhere, in both families. */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientAddressMatrixTest {
    private static final int PORT = 80;
    private static final int ENDPOINT_PORT = 8080;
    private static final List<String> LOCAL_PODS = List.of("bridged1", "bridged2", "routed1", "routed2");
    private static final List<String> FAR_PODS = List.of("bridged3", "routed3");

    /** Of node1: the kernel takes the one that is nearest to the endpoint. */
    private static final List<String> NODE_ADDRESSES =
            List.of("192.0.2.1", "10.244.1.1", "2001:db8::1", "2001:db8:244:1::1");

    private final List<String> problems = new ArrayList<>();
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    @ParameterizedTest
    @CsvSource({"EPOLL, SK_LOOKUP, 0", "EPOLL, BIND, 1", "IO_URING, SK_LOOKUP, 1"})
    void endpointsSeeTheClientOverTcp(IoTransport transport, Interception.Mode mode, int bridgeNetfilter)
            throws Exception {
        try (Topology topology = topology(bridgeNetfilter);
                Echoes echoes = new Echoes(topology);
                ProxyNode proxy = ProxyNode.start(
                        topology.machine("node1"), new ProxyNode.Setup(transport, mode, ReservedPorts.DEFAULT))) {
            assertThat(proxy.addresses().features().values()).containsOnly("");
            serve(proxy, topology, Protocol.TCP);
            visitEverything(topology, Probe::tcp);
            assertThat(problems).isEmpty();
            for (ClientAddresses.Fallback reason : ClientAddresses.Fallback.values()) {
                assertThat(proxy.addresses().fallbacks(reason)).isZero();
            }
            assertThat(echoes.failures()).isZero();
        }
    }

    /** Larger than a packet of this network, than a frame could be, and about as large as a datagram can be. */
    @ParameterizedTest
    @CsvSource({"100, BIND, 0", "2000, SK_LOOKUP, 0", "9000, SK_LOOKUP, 1", "60000, BIND, 0", "60000, SK_LOOKUP, 1"})
    void endpointsSeeTheClientOverUdp(int length, Interception.Mode mode, int bridgeNetfilter) throws Exception {
        try (Topology topology = topology(bridgeNetfilter);
                Echoes echoes = new Echoes(topology);
                ProxyNode proxy = ProxyNode.start(
                        topology.machine("node1"),
                        new ProxyNode.Setup(IoTransport.EPOLL, mode, ReservedPorts.DEFAULT))) {
            serve(proxy, topology, Protocol.UDP);
            visitEverything(topology, (from, host, port) -> Probe.udp(from, host, port, length));
            assertThat(problems).isEmpty();
            assertThat(echoes.failures()).isZero();
        }
    }

    private void visitEverything(Topology topology, Visit visit) throws Exception {
        Machine node = topology.machine("node1");
        for (String client : LOCAL_PODS) {
            Machine from = topology.machine(client);
            for (String endpoint : LOCAL_PODS) {
                expect(visit, from, clusterIps(endpoint), client.equals(endpoint) ? Seen.NODE : Seen.CLIENT);
                expect(visit, from, externalIps(endpoint), client.equals(endpoint) ? Seen.NODE : Seen.CLIENT);
            }
            for (String endpoint : FAR_PODS) {
                expect(visit, from, clusterIps(endpoint), Seen.CLIENT);
            }
            expect(visit, from, clusterIps("node1"), Seen.NODE);
            expect(visit, from, clusterIps("node2"), Seen.CLIENT);
        }
        for (String endpoint : LOCAL_PODS) {
            expect(visit, topology.machine("outside"), externalIps(endpoint), Seen.CLIENT);
            expect(visit, topology.machine("outside"), clusterIps(endpoint), Seen.NODE);
            expect(visit, node, clusterIps(endpoint), Seen.NODE);
        }
        expect(visit, topology.machine("outside"), externalIps("node1"), Seen.NODE);
    }

    private void expect(Visit visit, Machine from, List<String> frontends, Seen expected) throws Exception {
        for (String frontend : frontends) {
            String own = frontend.contains(":") ? from.ipv6() : from.ipv4();
            String seen = visit.pay(from, frontend, PORT);
            if (expected == Seen.CLIENT ? !seen.equals(own) : !NODE_ADDRESSES.contains(seen)) {
                problems.add(from.name() + " -> " + name(frontend) + " " + frontend + ": " + seen + " instead of the "
                        + expected + "'s address");
            }
        }
    }

    private String name(String frontend) {
        return numbers.entrySet().stream()
                .filter(entry -> clusterIps(entry.getKey()).contains(frontend)
                        || externalIps(entry.getKey()).contains(frontend))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("?");
    }

    private List<String> clusterIps(String endpoint) {
        return List.of("10.96.0." + number(endpoint), "fd00:96::" + number(endpoint));
    }

    /** With externalTrafficPolicy Local. */
    private List<String> externalIps(String endpoint) {
        return List.of("203.0.113." + number(endpoint), "2001:db8:113::" + number(endpoint));
    }

    private int number(String endpoint) {
        return numbers.computeIfAbsent(endpoint, key -> 10 + numbers.size());
    }

    /** A Service for each possible endpoint. */
    private void serve(ProxyNode proxy, Topology topology, Protocol protocol) throws Exception {
        List<Service> services = new ArrayList<>();
        List<EndpointSlice> slices = new ArrayList<>();
        Map<String, String> nodes = new LinkedHashMap<>(Map.of("node1", "node1", "node2", "node2"));
        LOCAL_PODS.forEach(pod -> nodes.put(pod, "node1"));
        FAR_PODS.forEach(pod -> nodes.put(pod, "node2"));
        nodes.forEach((endpoint, node) -> {
            services.add(ServiceBuilder.service("to-" + endpoint)
                    .type(ServiceType.LOAD_BALANCER)
                    .clusterIps(
                            List.of(IpFamily.IPV4, IpFamily.IPV6),
                            clusterIps(endpoint).toArray(String[]::new))
                    .port("", protocol, PORT)
                    .externalIps(externalIps(endpoint).toArray(String[]::new))
                    .external(TrafficPolicy.LOCAL)
                    .build());
            Machine machine = topology.machine(endpoint);
            slices.add(slice(endpoint, protocol, machine.ipv4(), node));
            slices.add(slice(endpoint, protocol, machine.ipv6(), node));
        });
        proxy.serve(services, slices);
    }

    private static EndpointSlice slice(String endpoint, Protocol protocol, String address, String node) {
        String type = address.contains(":") ? "IPv6" : "IPv4";
        return SliceBuilder.slice(endpoint + "-" + type, "to-" + endpoint)
                .addressType(type)
                .port("", protocol, ENDPOINT_PORT)
                .endpoint(address, "R @" + node)
                .build();
    }

    private static Topology topology(int bridgeNetfilter) {
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
        topology.machine("node1")
                .exec(
                        "sysctl",
                        "-qw",
                        "net.bridge.bridge-nf-call-iptables=" + bridgeNetfilter,
                        "net.bridge.bridge-nf-call-ip6tables=" + bridgeNetfilter);
        return topology;
    }

    private enum Seen {
        CLIENT,
        NODE
    }

    /** How a client gets to know at which address it is seen. */
    @FunctionalInterface
    private interface Visit {
        String pay(Machine from, String host, int port) throws Exception;
    }

    /** An endpoint on every machine. */
    private static final class Echoes implements AutoCloseable {
        private final List<AddressEcho> open = new ArrayList<>();

        Echoes(Topology topology) throws Exception {
            for (List<String> names : List.of(LOCAL_PODS, FAR_PODS, List.of("node1", "node2"))) {
                for (String name : names) {
                    open.add(AddressEcho.start(topology.machine(name), ENDPOINT_PORT));
                }
            }
        }

        int failures() {
            return open.stream().mapToInt(AddressEcho::failures).sum();
        }

        @Override
        public void close() throws Exception {
            for (AddressEcho echo : open) {
                echo.close();
            }
        }
    }
}
