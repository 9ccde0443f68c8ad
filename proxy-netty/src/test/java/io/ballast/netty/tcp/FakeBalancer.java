package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.scheduling.Pick;
import io.ballast.core.topology.CategorizedEndpoints;
import io.ballast.netty.testing.LeaseCounts;
import java.util.List;
import java.util.Set;

/** Picks the first endpoint that was not tried, and counts leases. Thread-safe. */
final class FakeBalancer implements LoadBalancer {
    private final LeaseCounts leases = new LeaseCounts();
    private volatile List<Endpoint> endpoints;

    FakeBalancer(List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    @Override
    public Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried) {
        for (Endpoint endpoint : endpoints) {
            if (!tried.contains(endpoint.address())) {
                return new Pick.Picked(leases.open(endpoint));
            }
        }
        return new Pick.Nothing(RefuseReason.NO_ENDPOINTS);
    }

    @Override
    public void update(ServicePort servicePort, CategorizedEndpoints categorized) {
        endpoints = categorized.cluster();
    }

    @Override
    public int active() {
        return leases.active();
    }

    int failed() {
        return leases.failures();
    }

    @Override
    public List<EndpointStatus> status() {
        return List.of();
    }
}
