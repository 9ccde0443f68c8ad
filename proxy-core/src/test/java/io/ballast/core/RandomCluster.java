package io.ballast.core;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.testing.ServiceBuilder;
import io.ballast.core.testing.SliceBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Random objects from so few names, addresses and ports that most of them collide with one another. */
final class RandomCluster {
    static final String NODE = "n1";

    private static final List<NamespacedName> SERVICES =
            List.of(new NamespacedName("a", "web"), new NamespacedName("b", "dns"), new NamespacedName("b", "web"));
    private static final List<NamespacedName> SLICES =
            SERVICES.stream().flatMap(RandomCluster::slicesOf).toList();
    private static final List<String> NODE_ADDRESSES =
            List.of("192.0.2.10", "192.0.2.11", "127.0.0.1", "2001:db8::10", "::1", "fe80::1");
    private static final List<ServiceType> TYPES = List.of(
            ServiceType.CLUSTER_IP,
            ServiceType.CLUSTER_IP,
            ServiceType.NODE_PORT,
            ServiceType.NODE_PORT,
            ServiceType.LOAD_BALANCER,
            ServiceType.LOAD_BALANCER,
            ServiceType.EXTERNAL_NAME);
    private static final List<String> PORT_NAMES = List.of("", "http");
    /** Some of the node's addresses are ClusterIPs, by mistake or where an old kube-proxy left its interface behind. */
    private static final List<String> CLUSTER_IPV4 = List.of("10.96.0.1", "10.96.0.2", "10.96.0.3", "192.0.2.11", "");

    private static final List<String> CLUSTER_IPV6 = List.of("2001:db8:96::1", "2001:db8:96::2", "2001:db8::10");
    private static final List<String> OUTSIDE_ADDRESSES =
            List.of("203.0.113.1", "203.0.113.2", "192.0.2.10", "10.96.0.1", "2001:db8:f::1", "2001:db8:96::1", "bad");

    private final Random random;

    RandomCluster(Random random) {
        this.random = random;
    }

    private static Stream<NamespacedName> slicesOf(NamespacedName service) {
        return Stream.of("-1", "-2").map(suffix -> new NamespacedName(service.namespace(), service.name() + suffix));
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> List<T> some(List<T> of, int most) {
        List<T> shuffled = new ArrayList<>(of);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, random.nextInt(Math.min(most, of.size()) + 1));
    }

    private <T> List<T> most(List<T> of) {
        return of.stream().filter(item -> !oneIn(4)).toList();
    }

    NamespacedName serviceName() {
        return any(SERVICES);
    }

    NamespacedName sliceName() {
        return any(SLICES);
    }

    Service service() {
        ServiceBuilder builder = ServiceBuilder.service(serviceName())
                .type(any(TYPES))
                .internal(any(List.of(TrafficPolicy.values())))
                .external(any(List.of(TrafficPolicy.values())))
                .healthCheckNodePort(any(List.of(0, 31000)))
                .externalIps(some(OUTSIDE_ADDRESSES, 2).toArray(String[]::new));
        if (oneIn(3)) {
            builder.ingress(any(OUTSIDE_ADDRESSES), any(List.of("VIP", "VIP", "Proxy")));
        }
        if (oneIn(4)) {
            builder.sourceRanges(any(List.of("203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32", "bad")));
        }
        if (oneIn(4)) {
            builder.affinity(new SessionAffinity.ClientIp(Duration.ofSeconds(1 + random.nextInt(3))));
        }
        if (oneIn(4)) {
            builder.annotation("ballast.io/scheduler", any(List.of("rr", "lc", "no-such")));
        }
        clusterIps(builder);
        for (String port : most(PORT_NAMES)) {
            Protocol protocol = protocol();
            builder.nodePort(port, protocol, any(List.of(53, 80, 443)), any(List.of(0, 0, 80, 30080, 30443)));
        }
        return builder.build();
    }

    private Protocol protocol() {
        return oneIn(6) ? any(List.of(Protocol.UDP, Protocol.SCTP)) : Protocol.TCP;
    }

    private void clusterIps(ServiceBuilder builder) {
        switch (random.nextInt(5)) {
            case 0 -> builder.clusterIps(List.of(IpFamily.IPV4, IpFamily.IPV6), any(CLUSTER_IPV4), any(CLUSTER_IPV6));
            case 1 -> builder.clusterIps(List.of(IpFamily.IPV6), any(CLUSTER_IPV6));
            case 2 -> builder.clusterIp(any(List.of("None", "10.96.0.1", "2001:db8:96::1")));
            default -> builder.clusterIps(List.of(IpFamily.IPV4), any(CLUSTER_IPV4));
        }
    }

    EndpointSlice slice() {
        boolean ipv4 = !oneIn(3);
        NamespacedName name = sliceName();
        String ownService = name.name().substring(0, 3);
        SliceBuilder builder = SliceBuilder.slice(name, oneIn(6) ? any(List.of("web", "dns", "no", "")) : ownService)
                .addressType(oneIn(12) ? "FQDN" : ipv4 ? "IPv4" : "IPv6")
                .weight(random.nextInt(3));
        if (oneIn(12)) {
            builder.headless();
        }
        for (String port : most(PORT_NAMES)) {
            builder.port(port, protocol(), oneIn(8) ? any(List.of(0, 70_000)) : any(List.of(8080, 8081, 80, 30080)));
        }
        String prefix = ipv4 ? "10.1.0." : "2001:db8:1::";
        for (int i = random.nextInt(6); i > 0; i--) {
            String onHost = ipv4 ? "192.0.2.10" : "2001:db8::10";
            String address = oneIn(6) ? onHost : prefix + (1 + random.nextInt(4));
            builder.endpoint(oneIn(15) ? "bad" : address, conditions());
        }
        return builder.build();
    }

    private String conditions() {
        return any(List.of("R", "R", "R", "R", "ST", "S", "T", "X"))
                + any(List.of("", " @n1", " @n2"))
                + any(List.of("", " zone=a", " zone=b"))
                + any(List.of("", "", " node=n1"));
    }

    Node node() {
        return new Node(
                NODE,
                "",
                some(List.of("192.0.2.10", "192.0.2.11", "2001:db8::10"), 2),
                List.of(),
                List.of(),
                Map.of(Node.ZONE_LABEL, any(List.of("a", "b", ""))),
                List.of(),
                false);
    }

    /** Each on a dummy interface or on another. */
    HostAddresses interfaceAddresses() {
        Map<Boolean, Set<IpAddress>> byOwner = some(NODE_ADDRESSES, NODE_ADDRESSES.size()).stream()
                .map(IpAddress::parse)
                .collect(Collectors.partitioningBy(address -> oneIn(2), Collectors.toSet()));
        return new HostAddresses(byOwner.getOrDefault(true, Set.of()), byOwner.getOrDefault(false, Set.of()));
    }
}
