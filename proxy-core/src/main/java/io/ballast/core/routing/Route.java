package io.ballast.core.routing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.Set;

/**
 * How one Service port is served in one family, as of one sync. <em>Immutable</em>, but for {@code balancer} and
 * {@code stats}, which outlive syncs and are thread-safe.
 *
 * @param endpoints the lists that traffic policy chooses from
 * @param servingEndpoints identities of all serving endpoints whatever policy and readiness say: UDP sessions live on
 *     as long as theirs is among them (kube-proxy's conntrack reconciler)
 * @param balancer picks among {@code endpoints} and counts connections
 * @param stats traffic counters, shared with the route of the other family
 */
public record Route(
        ServicePort servicePort,
        CategorizedEndpoints endpoints,
        Set<AddressPort> servingEndpoints,
        LoadBalancer balancer,
        ServicePortStats stats) {
    public Route {
        servingEndpoints = Set.copyOf(servingEndpoints);
    }

    /** Who may connect to a frontend of this kind. */
    public Admission admission(FrontendKind kind) {
        if (!endpoints.hasAny()) {
            return Admission.REFUSE;
        }
        if (servicePort.policyOf(kind) != TrafficPolicy.LOCAL
                || !endpoints.local().isEmpty()) {
            return Admission.EVERYONE;
        }
        if (!kind.isExternal()) {
            return Admission.DROP;
        }
        return endpoints.cluster().isEmpty() ? Admission.DROP : Admission.INSIDE_ONLY;
    }
}
