package io.ballast.netty.testing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.Lease;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.scheduling.Pick;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A balancer for tests that takes turns and counts leases and failures. Thread-safe. */
public final class TurnTaking implements LoadBalancer {
    private final List<AddressPort> endpoints;
    private final AtomicInteger turn = new AtomicInteger();
    private final LeaseCounts leases = new LeaseCounts();

    public TurnTaking(List<AddressPort> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    @Override
    public Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried) {
        for (int i = 0; i < endpoints.size(); i++) {
            AddressPort next = endpoints.get(Math.floorMod(turn.getAndIncrement(), endpoints.size()));
            if (!tried.contains(next)) {
                return new Pick.Picked(lease(next));
            }
        }
        return new Pick.Nothing(RefuseReason.CONNECT_FAILED);
    }

    @Override
    public Lease resume(AddressPort endpoint, AddressPort client) {
        return lease(endpoint);
    }

    private Lease lease(AddressPort address) {
        return leases.open(new Endpoint(address, true, true, false, true, 1, Set.of(), Set.of()));
    }

    @Override
    public void update(ServicePort servicePort, CategorizedEndpoints categorized) {
        throw new AssertionError("endpoints are fixed in this test");
    }

    @Override
    public int active() {
        return leases.active();
    }

    /** How often a lease was reported as failed. */
    public int failures() {
        return leases.failures();
    }

    @Override
    public List<EndpointStatus> status() {
        return List.of();
    }
}
