package io.ballast.core;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.Admission;
import io.ballast.core.topology.CategorizedEndpoints;
import io.ballast.core.topology.EndpointCategorizer;
import io.ballast.core.topology.NodeTopology;
import io.ballast.core.tracking.NodeIps;
import io.ballast.core.tracking.ServicePorts;
import io.ballast.core.tracking.TrackingSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a table should hold, worked out from nothing but the objects as they are, by scanning all of them. Written
 * without any part of {@code core.tracking} but the reading of a single Service.
 */
final class NaiveTable {
    final Map<Frontend, Entry> frontends = new HashMap<>();
    final Map<String, RouteFacts> routes = new HashMap<>();
    final Set<IpAddress> clusterIps = new HashSet<>();

    private final TrackingSettings settings;
    private final Map<NamespacedName, EndpointSlice> slices;

    /** Who serves a frontend. */
    record Entry(FrontendKind kind, RouteFacts route, Admission admission) {}

    /** How a Service port is served. */
    record RouteFacts(ServicePort port, CategorizedEndpoints endpoints, Set<AddressPort> serving) {}

    private record Wish(Frontend frontend, FrontendKind kind, RouteFacts route) {}

    NaiveTable(
            TrackingSettings settings,
            Map<NamespacedName, Service> services,
            Map<NamespacedName, EndpointSlice> slices,
            @Nullable Node node,
            HostAddresses interfaces) {
        this.settings = settings;
        this.slices = slices;
        NodeTopology topology = new NodeTopology(settings.nodeName(), node == null ? "" : node.zone());
        NodeIps nodeIps = NodeIps.detect(node, null);
        for (Service service : services.values()) {
            for (ServicePort port : ServicePorts.of(service, settings)) {
                if (port.name().protocol() != Protocol.SCTP) {
                    List<Endpoint> all = endpoints(port);
                    Set<AddressPort> serving = all.stream()
                            .filter(Endpoint::serving)
                            .map(Endpoint::address)
                            .collect(Collectors.toSet());
                    CategorizedEndpoints endpoints = EndpointCategorizer.categorize(all, port, topology);
                    routes.put(port.name() + "/" + port.family(), new RouteFacts(port, endpoints, serving));
                    clusterIps.add(port.clusterIp());
                }
            }
        }
        Set<IpAddress> nodePortAddresses = interfaces.all().stream()
                .filter(ip -> settings.nodePorts().accepts(ip, nodeIps.of(ip.family())))
                .filter(ip -> !clusterIps.contains(ip)
                        || interfaces.own().contains(ip)
                        || nodeIps.addresses().contains(ip))
                .collect(Collectors.toSet());
        List<Wish> wishes = new ArrayList<>();
        routes.values().forEach(route -> wishes.addAll(wishes(route, nodePortAddresses)));
        grant(wishes);
    }

    private void grant(List<Wish> wishes) {
        Comparator<Wish> order = Comparator.<Wish>comparingInt(wish ->
                        wish.kind() == FrontendKind.CLUSTER_IP ? 0 : wish.kind() == FrontendKind.NODE_PORT ? 2 : 1)
                .thenComparing(wish -> wish.route().port().name())
                .thenComparing(Wish::kind);
        for (Wish wish : wishes.stream().sorted(order).toList()) {
            frontends.putIfAbsent(
                    wish.frontend(), new Entry(wish.kind(), wish.route(), admission(wish.route(), wish.kind())));
        }
    }

    private static List<Wish> wishes(RouteFacts route, Set<IpAddress> nodePortAddresses) {
        ServicePort port = route.port();
        Protocol protocol = port.name().protocol();
        List<Wish> wishes = new ArrayList<>();
        wishes.add(new Wish(new Frontend(protocol, port.clusterIp(), port.port()), FrontendKind.CLUSTER_IP, route));
        for (IpAddress ip : port.externalIps()) {
            wishes.add(new Wish(new Frontend(protocol, ip, port.port()), FrontendKind.EXTERNAL_IP, route));
        }
        for (IpAddress ip : port.loadBalancerIps()) {
            wishes.add(new Wish(new Frontend(protocol, ip, port.port()), FrontendKind.LOAD_BALANCER_IP, route));
        }
        for (IpAddress ip : nodePortAddresses) {
            if (port.nodePort() != 0 && ip.family() == port.family()) {
                wishes.add(new Wish(new Frontend(protocol, ip, port.nodePort()), FrontendKind.NODE_PORT, route));
            }
        }
        wishes.removeIf(wish -> wish.kind() != FrontendKind.CLUSTER_IP
                && route.serving().contains(wish.frontend().addressPort()));
        return wishes;
    }

    private static Admission admission(RouteFacts route, FrontendKind kind) {
        boolean localOnly = kind == FrontendKind.CLUSTER_IP
                ? route.port().internalTrafficPolicy() == TrafficPolicy.LOCAL
                : route.port().externalTrafficPolicy() == TrafficPolicy.LOCAL;
        if (!route.endpoints().hasAny()) {
            return Admission.REFUSE;
        }
        if (!localOnly || !route.endpoints().local().isEmpty()) {
            return Admission.EVERYONE;
        }
        boolean inside =
                kind != FrontendKind.CLUSTER_IP && !route.endpoints().cluster().isEmpty();
        return inside ? Admission.INSIDE_ONLY : Admission.DROP;
    }

    private List<Endpoint> endpoints(ServicePort port) {
        Map<String, Endpoint> merged = new TreeMap<>();
        for (EndpointSlice slice : new TreeMap<>(slices).values()) {
            boolean ours = slice.name().namespace().equals(port.name().service().namespace())
                    && slice.serviceName().equals(port.name().service().name())
                    && slice.addressType().equals(port.family().label())
                    && !slice.headless();
            for (EndpointSlice.Port at : slice.ports()) {
                Integer number = at.port();
                if (ours
                        && port.name().port().equals(at.name())
                        && port.name().protocol() == at.protocol()
                        && number != null
                        && number > 0
                        && number < 65536) {
                    slice.endpoints().forEach(item -> merge(merged, slice, item, number, port.family()));
                }
            }
        }
        return List.copyOf(merged.values());
    }

    private void merge(
            Map<String, Endpoint> merged,
            EndpointSlice slice,
            EndpointSlice.SliceEndpoint item,
            int number,
            IpFamily family) {
        if (item.addresses().isEmpty() || item.addresses().get(0).equals("bad")) {
            return;
        }
        IpAddress address = IpAddress.parse(item.addresses().get(0));
        assert address.family() == family;
        Endpoint endpoint = new Endpoint(
                new AddressPort(address, number),
                item.ready(),
                item.serving(),
                item.terminating(),
                item.nodeName().equals(settings.nodeName()),
                slice.weight(),
                item.zoneHints(),
                item.nodeHints());
        String key = endpoint.address().toString();
        if (!merged.containsKey(key) || !endpoint.terminating()) {
            merged.put(key, endpoint);
        }
    }
}
