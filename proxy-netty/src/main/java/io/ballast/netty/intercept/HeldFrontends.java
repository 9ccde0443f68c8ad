package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Admission;
import io.ballast.core.routing.FrontendRoute;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * UDP frontends that turn new clients away while sessions go on. To the kernel every datagram is a new one, so these
 * stay open until the last session has ended, and the data path judges by itself: kube-proxy's conntrack entries, too,
 * outlive readiness and policy as long as their endpoint serves. <em>Confined to the sync thread.</em>
 */
final class HeldFrontends {
    private final DatagramSockets udp;
    private final Map<Frontend, FrontendRoute> held = new LinkedHashMap<>();

    HeldFrontends(DatagramSockets udp) {
        this.udp = udp;
    }

    /** Whether the frontend has to stay open; to be asked whenever it changes. */
    boolean holds(FrontendRoute route) {
        boolean holds = route.frontend().protocol() == Protocol.UDP
                && route.admission() != Admission.EVERYONE
                && !route.route().servingEndpoints().isEmpty()
                && udp.hasSessions(route.frontend());
        if (holds) {
            held.put(route.frontend(), route);
        } else {
            held.remove(route.frontend());
        }
        return holds;
    }

    void forget(Collection<FrontendRoute> frontends) {
        frontends.forEach(route -> held.remove(route.frontend()));
    }

    /** Whether {@link #holds} said so last. */
    boolean isHeld(Frontend frontend) {
        return held.containsKey(frontend);
    }

    /**
     * Turns clients away by the kernel where that cuts off no session any longer.
     *
     * @return the frontends that failed, with the reasons
     */
    Map<Frontend, String> sweep(TrafficInterceptor interceptor) {
        List<FrontendRoute> free = held.values().stream()
                .filter(route -> !udp.hasSessions(route.frontend()))
                .toList();
        if (free.isEmpty()) {
            return Map.of();
        }
        forget(free);
        Map<Boolean, List<FrontendRoute>> byInside =
                free.stream().collect(Collectors.partitioningBy(HeldFrontends::isServedInside));
        Map<Frontend, String> failures = new LinkedHashMap<>(interceptor.serve(byInside.getOrDefault(true, List.of())));
        failures.putAll(interceptor.refuse(byInside.getOrDefault(false, List.of())));
        return failures;
    }

    private static boolean isServedInside(FrontendRoute route) {
        return route.admission() == Admission.INSIDE_ONLY;
    }
}
