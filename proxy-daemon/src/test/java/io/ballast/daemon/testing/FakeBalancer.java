package io.ballast.daemon.testing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.scheduling.Pick;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A load balancer that picks nothing and shows whatever counts a test gave it. Thread-safe. */
public final class FakeBalancer implements LoadBalancer {
    private final Map<AddressPort, long[]> counts = new ConcurrentHashMap<>();
    private final Set<AddressPort> ejected = ConcurrentHashMap.newKeySet();
    private volatile List<Endpoint> endpoints = List.of();

    void endpoints(List<Endpoint> current) {
        endpoints = List.copyOf(current);
    }

    /** What {@link #status} shows for one endpoint from now on. */
    public FakeBalancer load(AddressPort endpoint, int active, long opened, long failed) {
        counts.put(endpoint, new long[] {active, opened, failed});
        return this;
    }

    /** Is set aside from now on. */
    public FakeBalancer eject(AddressPort endpoint) {
        ejected.add(endpoint);
        return this;
    }

    @Override
    public Set<AddressPort> ejected() {
        return Set.copyOf(ejected);
    }

    @Override
    public Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried) {
        return new Pick.Nothing(RefuseReason.NO_ENDPOINTS);
    }

    @Override
    public void update(ServicePort servicePort, CategorizedEndpoints current) {
        endpoints(current.reachable());
    }

    @Override
    public int active() {
        return counts.values().stream().mapToInt(count -> (int) count[0]).sum();
    }

    @Override
    public List<EndpointStatus> status() {
        Map<AddressPort, EndpointStatus> status = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            AddressPort address = endpoint.address();
            long[] count = counts.getOrDefault(address, new long[3]);
            boolean aside = ejected.contains(address);
            status.put(
                    address, new EndpointStatus(address, endpoint.weight(), (int) count[0], count[1], count[2], aside));
        }
        return List.copyOf(status.values());
    }
}
