package io.ballast.core.tracking;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.Route;
import io.ballast.core.spi.SyncObserver;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts Service ports whose policy is Local and which have endpoints, but none on this node: kube-proxy's
 * {@code sync_proxy_rules_no_local_endpoints_total}. Kept up to date route by route. <em>Confined to the sync
 * thread.</em>
 */
final class LocalEndpointGauge {
    private final Map<SyncObserver.Policy, Map<IpFamily, Integer>> counts = new EnumMap<>(SyncObserver.Policy.class);

    LocalEndpointGauge() {
        for (SyncObserver.Policy policy : SyncObserver.Policy.values()) {
            counts.put(policy, new EnumMap<>(IpFamily.class));
        }
    }

    void changed(@Nullable Route before, @Nullable Route after) {
        if (before != null) {
            count(before, -1);
        }
        if (after != null) {
            count(after, 1);
        }
    }

    private void count(Route route, int difference) {
        if (!route.endpoints().hasAny() || !route.endpoints().local().isEmpty()) {
            return;
        }
        ServicePort port = route.servicePort();
        if (port.internalTrafficPolicy() == TrafficPolicy.LOCAL) {
            add(SyncObserver.Policy.INTERNAL, port.family(), difference);
        }
        if (port.externalTrafficPolicy() == TrafficPolicy.LOCAL && port.isExternallyAccessible()) {
            add(SyncObserver.Policy.EXTERNAL, port.family(), difference);
        }
    }

    private void add(SyncObserver.Policy policy, IpFamily family, int difference) {
        counts.getOrDefault(policy, Map.of()).merge(family, difference, Integer::sum);
    }

    void report(Set<IpFamily> families, SyncObserver observer) {
        counts.forEach((policy, byFamily) -> families.forEach(
                family -> observer.noLocalEndpoints(policy, family, byFamily.getOrDefault(family, 0))));
    }
}
