package io.ballast.core.scheduling;

import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.topology.CategorizedEndpoints;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes load balancers that share schedulers, the bound of affinity and, between the families of a Service port, the
 * count for {@code max-connections}. Confined to the sync thread.
 */
public final class SchedulingLoadBalancerFactory implements LoadBalancerFactory {
    private final SchedulerRegistry schedulers;
    private final AffinityTable affinity;
    private final String nodeName;
    /** Weak, so that a count lives as long as a balancer or an open lease of its Service port. */
    private final Map<ServicePortName, WeakReference<ConnectionCount>> counts = new HashMap<>();

    private int cleanAtSize = 64;

    /**
     * @param nodeName decides where turns begin
     */
    public SchedulingLoadBalancerFactory(SchedulerRegistry schedulers, AffinityTable affinity, String nodeName) {
        this.schedulers = schedulers;
        this.affinity = affinity;
        this.nodeName = nodeName;
    }

    @Override
    public LoadBalancer create(ServicePort servicePort, CategorizedEndpoints endpoints) {
        SchedulingContext context = SchedulingContext.of(servicePort.name(), servicePort.family(), nodeName);
        return new SchedulingLoadBalancer(
                schedulers, context, affinity, count(servicePort.name()), servicePort, endpoints);
    }

    private ConnectionCount count(ServicePortName name) {
        WeakReference<ConnectionCount> known = counts.get(name);
        ConnectionCount count = known == null ? null : known.get();
        if (count == null) {
            count = new ConnectionCount();
            clean();
            counts.put(name, new WeakReference<>(count));
        }
        return count;
    }

    /** Each time the map has doubled, so that deleted Services leave nothing behind. */
    private void clean() {
        if (counts.size() >= cleanAtSize) {
            counts.values().removeIf(reference -> reference.get() == null);
            cleanAtSize = Math.max(64, 2 * counts.size());
        }
    }
}
