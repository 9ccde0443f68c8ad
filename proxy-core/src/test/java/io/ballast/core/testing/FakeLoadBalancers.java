package io.ballast.core.testing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.Lease;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.scheduling.LoadBalancerFactory;
import io.ballast.core.scheduling.Pick;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.List;
import java.util.Set;

/** Load balancers that always pick the first endpoint of the list, and remember what they were told. */
public final class FakeLoadBalancers implements LoadBalancerFactory {
    @Override
    public LoadBalancer create(ServicePort servicePort, CategorizedEndpoints endpoints) {
        return new FakeLoadBalancer(servicePort, endpoints);
    }

    /** One of them. <em>Confined to one thread.</em> */
    public static final class FakeLoadBalancer implements LoadBalancer {
        private ServicePort servicePort;
        private CategorizedEndpoints endpoints;
        private int updates;

        FakeLoadBalancer(ServicePort servicePort, CategorizedEndpoints endpoints) {
            this.servicePort = servicePort;
            this.endpoints = endpoints;
        }

        @Override
        public Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried) {
            List<Endpoint> list = scope == EndpointScope.CLUSTER ? endpoints.cluster() : endpoints.local();
            return list.stream()
                    .filter(endpoint -> !tried.contains(endpoint.address()))
                    .findFirst()
                    .<Pick>map(endpoint -> new Pick.Picked(new FakeLease(endpoint)))
                    .orElse(new Pick.Nothing(RefuseReason.NO_ENDPOINTS));
        }

        @Override
        public void update(ServicePort newServicePort, CategorizedEndpoints newEndpoints) {
            servicePort = newServicePort;
            endpoints = newEndpoints;
            updates++;
        }

        @Override
        public int active() {
            return 0;
        }

        @Override
        public List<EndpointStatus> status() {
            return List.of();
        }

        public ServicePort servicePort() {
            return servicePort;
        }

        public CategorizedEndpoints endpoints() {
            return endpoints;
        }

        public int updates() {
            return updates;
        }
    }

    private record FakeLease(Endpoint endpoint) implements Lease {
        @Override
        public void connected() {}

        @Override
        public void connectFailed() {}

        @Override
        public void release() {}
    }
}
