package io.ballast.core.tracking;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads slices by the rules of kube-proxy's {@code EndpointSliceCache}: what it ignores is left out. <em>Confined to the
 * sync thread.</em>
 */
final class SliceReader {
    private static final int MOST_SHARED_HINTS = 4096;

    private final String nodeName;
    private final Set<IpFamily> families;
    /** Most endpoints of a cluster share a few sets of hints. */
    private final Map<Set<String>, Set<String>> sharedHints = new HashMap<>();

    SliceReader(String nodeName, Set<IpFamily> families) {
        this.nodeName = nodeName;
        this.families = families;
    }

    /** Empty when kube-proxy ignores the slice: headless, without owner, FQDN, or of a family that is not served. */
    Optional<TrackedSlice> read(EndpointSlice slice) {
        Optional<IpFamily> family = family(slice.addressType());
        if (family.isEmpty() || slice.headless()) {
            return Optional.empty();
        }
        return slice.service()
                .map(service -> new TrackedSlice(
                        slice.name(),
                        service,
                        family.get(),
                        ports(slice, family.get()),
                        slice.lastChangeTriggerTime()));
    }

    private Optional<IpFamily> family(String addressType) {
        return families.stream()
                .filter(family -> family.label().equals(addressType))
                .findFirst();
    }

    private List<TrackedSlice.PortEndpoints> ports(EndpointSlice slice, IpFamily family) {
        List<@Nullable IpAddress> addresses = addresses(slice, family);
        List<TrackedSlice.PortEndpoints> ports = new ArrayList<>(slice.ports().size());
        for (EndpointSlice.Port port : slice.ports()) {
            String name = port.name();
            Integer number = port.port();
            if (name != null && number != null && number > 0 && number <= AddressPort.MAX_PORT) {
                List<Endpoint> endpoints = endpoints(slice, addresses, number);
                ports.add(new TrackedSlice.PortEndpoints(name, port.protocol(), endpoints));
            }
        }
        return List.copyOf(ports);
    }

    /** The first address of each endpoint, shared by all ports; null where there is none of the family. */
    private static List<@Nullable IpAddress> addresses(EndpointSlice slice, IpFamily family) {
        List<@Nullable IpAddress> addresses = new ArrayList<>(slice.endpoints().size());
        for (EndpointSlice.SliceEndpoint endpoint : slice.endpoints()) {
            Optional<IpAddress> address = endpoint.addresses().isEmpty()
                    ? Optional.empty()
                    : IpAddress.tryParse(endpoint.addresses().get(0));
            addresses.add(address.filter(ip -> ip.family() == family).orElse(null));
        }
        return addresses;
    }

    private List<Endpoint> endpoints(EndpointSlice slice, List<@Nullable IpAddress> addresses, int port) {
        List<Endpoint> endpoints = new ArrayList<>(addresses.size());
        for (int i = 0; i < addresses.size(); i++) {
            IpAddress address = addresses.get(i);
            if (address != null) {
                EndpointSlice.SliceEndpoint item = slice.endpoints().get(i);
                endpoints.add(new Endpoint(
                        new AddressPort(address, port),
                        item.ready(),
                        item.serving(),
                        item.terminating(),
                        !item.nodeName().isEmpty() && item.nodeName().equals(nodeName),
                        slice.weight(),
                        shared(item.zoneHints()),
                        shared(item.nodeHints())));
            }
        }
        return List.copyOf(endpoints);
    }

    private Set<String> shared(Set<String> hints) {
        if (hints.isEmpty()) {
            return Set.of();
        }
        if (sharedHints.size() >= MOST_SHARED_HINTS) {
            sharedHints.clear();
        }
        return sharedHints.computeIfAbsent(hints, key -> key);
    }
}
