package io.ballast.netty;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.routing.Admission;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.routing.RoutingTableDiff.FrontendChange;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.core.spi.FrontendListener;
import io.ballast.netty.intercept.TrafficInterceptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The dataplane on Netty: an interceptor that brings packets to sockets, and what must hear of changed routes because
 * it holds connections. <em>Confined to the sync thread.</em>
 *
 * <p>The order within one change keeps promises to clients: what is withdrawn stops accepting before the table that no
 * longer has it is published, and what is new is in the table before it accepts.
 */
public final class NettyDataplane implements Dataplane {
    private final Router router;
    private final Opening opening;
    private final Consumer<List<RouteChange>> connections;
    private final FrontendListener listener;
    private final Map<Frontend, String> failures = new LinkedHashMap<>();
    /** A copy of {@link #failures} for readers on other threads. */
    private volatile Map<Frontend, String> publishedFailures = Map.of();

    /** Opened for the first table: until then an earlier process may still serve. */
    private @Nullable TrafficInterceptor interceptor;

    private boolean applied;

    /** How interception begins. Called on the sync thread. */
    @FunctionalInterface
    public interface Opening {
        /** Before the first table is served. */
        TrafficInterceptor open();

        /** The first table is served; what an earlier process left is still there. */
        default void served() {}
    }

    /**
     * @param connections hears which routes changed, to end or re-pin connections
     */
    public NettyDataplane(
            Router router, Opening opening, Consumer<List<RouteChange>> connections, FrontendListener listener) {
        this.router = router;
        this.opening = opening;
        this.connections = connections;
        this.listener = listener;
    }

    @Override
    public void apply(RoutingTable table, RoutingTableDiff diff) {
        List<FrontendRoute> served = new ArrayList<>();
        List<FrontendRoute> refused = new ArrayList<>();
        List<FrontendRoute> withdrawn = new ArrayList<>();
        for (FrontendChange change : diff.frontends()) {
            if (change.after() != null) {
                (isServed(change.after()) ? served : refused).add(change.after());
            } else if (change.before() != null) {
                withdrawn.add(change.before());
            }
        }
        TrafficInterceptor interceptor = interceptor();
        interceptor.claim(diff.addedClusterIps());
        interceptor.withdraw(withdrawn);
        Map<Frontend, String> failed = new HashMap<>(interceptor.refuse(refused));
        router.publish(table);
        failed.putAll(interceptor.serve(served));
        report(refused, failed);
        report(served, failed);
        interceptor.release(diff.removedClusterIps());
        forget(withdrawn);
        connections.accept(diff.routes());
        publishedFailures = Map.copyOf(failures);
        if (!applied) {
            opening.served();
            interceptor.settle();
            applied = true;
        }
    }

    private TrafficInterceptor interceptor() {
        if (interceptor == null) {
            interceptor = opening.open();
        }
        return interceptor;
    }

    private static boolean isServed(FrontendRoute route) {
        Admission admission = route.admission();
        return admission == Admission.EVERYONE || admission == Admission.INSIDE_ONLY;
    }

    /** Serves or refuses again what is so already, or should be. */
    private void repeat(Collection<FrontendRoute> routes) {
        Map<Boolean, List<FrontendRoute>> byServed =
                routes.stream().collect(Collectors.partitioningBy(NettyDataplane::isServed));
        List<FrontendRoute> served = byServed.getOrDefault(true, List.of());
        List<FrontendRoute> refused = byServed.getOrDefault(false, List.of());
        report(served, interceptor().serve(served));
        report(refused, interceptor().refuse(refused));
    }

    private void report(Collection<FrontendRoute> routes, Map<Frontend, String> failed) {
        for (FrontendRoute route : routes) {
            Frontend frontend = route.frontend();
            String reason = failed.get(frontend);
            String before = reason == null ? failures.remove(frontend) : failures.put(frontend, reason);
            if (reason == null && before != null && isServed(route)) {
                listener.frontendRecovered(frontend, route.route().servicePort().name());
            } else if (reason != null && !reason.equals(before)) {
                listener.frontendFailed(frontend, route.route().servicePort().name(), reason);
            }
        }
    }

    private void forget(Collection<FrontendRoute> routes) {
        routes.forEach(route -> failures.remove(route.frontend()));
    }

    @Override
    public void retryFailed() {
        if (!applied) {
            return; // What an earlier process left must stay until it is known what is wanted.
        }
        repeat(known(failures.keySet()));
        Map<Frontend, String> swept = interceptor().sweep();
        report(known(swept.keySet()), swept);
        publishedFailures = Map.copyOf(failures);
    }

    private List<FrontendRoute> known(Collection<Frontend> frontends) {
        RoutingTable table = router.table();
        return frontends.stream()
                .flatMap(frontend -> Optional.ofNullable(table.find(frontend)).stream())
                .toList();
    }

    /**
     * The node's interfaces or addresses changed: what was steered to an address that the node owns now, or the other way
     * round, is opened again, and source ranges are read again.
     */
    public void networkChanged() {
        if (!applied) {
            return;
        }
        interceptor().networkChanged();
        repeat(router.table().frontends().stream()
                .filter(NettyDataplane::hangsOnNode)
                .toList());
        retryFailed();
    }

    private static boolean hangsOnNode(FrontendRoute route) {
        return route.kind() == FrontendKind.EXTERNAL_IP
                || route.kind() == FrontendKind.LOAD_BALANCER_IP
                || !route.route().servicePort().sourceRanges().isEmpty();
    }

    /** Frontends that cannot be served now, with the reasons. Any thread. */
    public Map<Frontend, String> failures() {
        return publishedFailures;
    }
}
