package io.ballast.core.topology;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.ServicePort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which endpoints of a Service port each traffic policy chooses from: {@code CategorizeEndpoints} and
 * {@code topologyModeFromHints} of kube-proxy's {@code topology.go}. <em>Stateless.</em>
 *
 * <p>Lists keep the order of the input, and share it where nothing is left out.
 */
public final class EndpointCategorizer {
    private EndpointCategorizer() {}

    /**
     * Applies topology hints, readiness and termination.
     *
     * @param all merged endpoints of the Service port
     */
    public static CategorizedEndpoints categorize(List<Endpoint> all, ServicePort port, NodeTopology node) {
        boolean usesCluster = port.usesClusterEndpoints();
        boolean usesLocal = port.usesLocalEndpoints();
        if (all.isEmpty()) {
            return new CategorizedEndpoints(List.of(), List.of(), List.of(), false, usesCluster, usesLocal);
        }
        HintMode mode = HintMode.of(all, node);
        List<Endpoint> cluster =
                usesCluster ? readyElseTerminating(all, e -> mode.accepts(e, node), e -> true) : List.of();
        if (!usesLocal) {
            return new CategorizedEndpoints(cluster, List.of(), cluster, !cluster.isEmpty(), true, false);
        }
        boolean hasAny = !cluster.isEmpty() || all.stream().anyMatch(e -> e.ready() || e.isServingTerminating());
        List<Endpoint> local = readyElseTerminating(all, e -> true, Endpoint::local);
        boolean localFellBack = !local.isEmpty() && !local.get(0).ready();
        List<Endpoint> reachable;
        if (!usesCluster) {
            reachable = local;
        } else if (mode == HintMode.NONE && !localFellBack) {
            reachable = cluster;
        } else {
            reachable = union(all, cluster, local);
        }
        return new CategorizedEndpoints(cluster, local, reachable, hasAny, usesCluster, true);
    }

    /** Ready endpoints that match; where there are none, those still serving while they terminate, hints ignored. */
    private static List<Endpoint> readyElseTerminating(
            List<Endpoint> all, Predicate<Endpoint> hints, Predicate<Endpoint> scope) {
        List<Endpoint> ready = select(all, e -> e.ready() && scope.test(e) && hints.test(e));
        return ready.isEmpty() ? select(all, e -> e.isServingTerminating() && scope.test(e)) : ready;
    }

    private static List<Endpoint> union(List<Endpoint> all, List<Endpoint> cluster, List<Endpoint> local) {
        Set<AddressPort> members = new HashSet<>();
        cluster.forEach(endpoint -> members.add(endpoint.address()));
        local.forEach(endpoint -> members.add(endpoint.address()));
        return select(all, endpoint -> members.contains(endpoint.address()));
    }

    private static List<Endpoint> select(List<Endpoint> all, Predicate<Endpoint> wanted) {
        List<Endpoint> selected = new ArrayList<>(all.size());
        for (Endpoint endpoint : all) {
            if (wanted.test(endpoint)) {
                selected.add(endpoint);
            }
        }
        return selected.size() == all.size() ? all : List.copyOf(selected);
    }
}
