package io.ballast.core.scheduling;

import io.ballast.core.model.ServicePort;
import io.ballast.core.topology.CategorizedEndpoints;

/**
 * Makes the load balancer of a Service port that is new in one family. Called from the sync thread.
 *
 * <p>From then on every change of the Service port or its endpoints reaches {@link LoadBalancer#update}. When the
 * Service port goes, the last update has no endpoints, so that what is remembered of them can be dropped.
 */
@FunctionalInterface
public interface LoadBalancerFactory {
    LoadBalancer create(ServicePort servicePort, CategorizedEndpoints endpoints);
}
