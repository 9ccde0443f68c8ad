package io.ballast.netty.tcp;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Picks the first endpoint that was not tried, and counts leases. Thread-safe. */
final class FakeBalancer implements LoadBalancer {
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile List<Endpoint> endpoints;

    FakeBalancer(List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    @Override
    public Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried) {
        for (Endpoint endpoint : endpoints) {
            if (!tried.contains(endpoint.address())) {
                active.incrementAndGet();
                return new Pick.Picked(new CountedLease(endpoint));
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
        return active.get();
    }

    int failed() {
        return failed.get();
    }

    @Override
    public List<EndpointStatus> status() {
        return List.of();
    }

    private final class CountedLease implements Lease {
        private final Endpoint endpoint;
        private final AtomicBoolean released = new AtomicBoolean();

        CountedLease(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public void connected() {}

        @Override
        public void connectFailed() {
            failed.incrementAndGet();
        }

        @Override
        public void release() {
            if (released.compareAndSet(false, true)) {
                active.decrementAndGet();
            }
        }
    }
}
