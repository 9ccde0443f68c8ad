package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one Service port picks from, as of one update. <em>Immutable</em>, but for what schedulers keep.
 *
 * @param provider made the schedulers
 * @param maxConnections of the Service port, 0 means no limit
 * @param affine ClientIP affinity is on
 */
record Selection(
        SchedulerProvider provider, EndpointList cluster, EndpointList local, int maxConnections, boolean affine) {

    EndpointList list(EndpointScope scope) {
        return scope == EndpointScope.CLUSTER ? cluster : local;
    }

    /** Whether changes of load are to be told under the lock. */
    boolean isSerialized() {
        return cluster.scheduler().isSerialized() || local.scheduler().isSerialized();
    }

    /** Whether picks are made under the lock. */
    boolean isLocked() {
        return affine || isSerialized();
    }

    /** Load of every endpoint of either list, once. */
    List<LoadBalancer.EndpointStatus> status() {
        Map<AddressPort, LoadBalancer.EndpointStatus> reachable = new LinkedHashMap<>();
        cluster.forEach(each -> reachable.put(each.address(), each.status()));
        local.forEach(each -> reachable.putIfAbsent(each.address(), each.status()));
        return List.copyOf(reachable.values());
    }
}
