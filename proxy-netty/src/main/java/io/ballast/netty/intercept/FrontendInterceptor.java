package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.netty.linux.DescriptorLimit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What both modes of {@code --intercept} have in common: addresses, rules and sockets of frontends, and the order in which
 * they come and go. <em>Confined to the sync thread.</em>
 */
abstract sealed class FrontendInterceptor implements TrafficInterceptor permits BindInterceptor, SkLookupInterceptor {
    final BoundFrontends sockets;
    final AddressClaims claims;
    final FrontendRules rules;
    private final HeldFrontends held;

    FrontendInterceptor(
            FrontendSockets tcp,
            DatagramSockets udp,
            ClusterIpRoutes routes,
            PacketRules packetRules,
            FrontendFacts facts) {
        this.held = new HeldFrontends(udp);
        this.sockets = new BoundFrontends(tcp, udp, DescriptorLimit.ofThisProcess());
        this.claims = new AddressClaims(routes, sockets::isInUse);
        this.rules = new FrontendRules(packetRules, facts, held, sockets::isInUse);
    }

    /** Gets ready to accept; what takes effect is the next {@link #admit}. Returns why not, or the empty string. */
    abstract String open(FrontendRoute route);

    /** Rules are in force: lets in whom {@link #open} prepared for. */
    abstract void admit();

    /** Accepts no more; the frontends stay Ballast's. */
    abstract void shut(Collection<FrontendRoute> frontends);

    /** As {@link #shut}, and they are Ballast's no more. */
    abstract void forget(Collection<FrontendRoute> frontends);

    @Override
    public final void claim(Collection<IpAddress> clusterIps) {
        claims.claim(clusterIps);
    }

    @Override
    public final void release(Collection<IpAddress> clusterIps) {
        claims.release(clusterIps);
    }

    @Override
    public final Map<Frontend, String> serve(Collection<FrontendRoute> frontends) {
        frontends.forEach(held::holds);
        claims.retry(frontends.stream().map(route -> route.frontend().address()).toList());
        Map<Frontend, String> failures = new LinkedHashMap<>();
        List<FrontendRoute> opened = new ArrayList<>();
        for (FrontendRoute route : frontends) {
            String obstacle = obstacle(route);
            String failure = obstacle.isEmpty() ? open(route) : obstacle;
            if (failure.isEmpty()) {
                opened.add(route);
            } else {
                failures.put(route.frontend(), failure);
            }
        }
        Map<Frontend, String> unruled = new LinkedHashMap<>(rules.set(opened));
        unruled.putAll(rules.commit());
        // A rule may keep clients out: without it nobody is let in.
        shut(opened.stream()
                .filter(route -> unruled.containsKey(route.frontend()))
                .toList());
        admit();
        failures.putAll(unruled);
        return failures;
    }

    private String obstacle(FrontendRoute route) {
        return route.kind() == FrontendKind.CLUSTER_IP
                ? claims.failure(route.frontend().address())
                : rules.obstacle(route);
    }

    @Override
    public final Map<Frontend, String> refuse(Collection<FrontendRoute> frontends) {
        Map<Boolean, List<FrontendRoute>> byHeld = frontends.stream().collect(Collectors.partitioningBy(held::holds));
        List<FrontendRoute> kept = byHeld.getOrDefault(true, List.of());
        List<FrontendRoute> refused = byHeld.getOrDefault(false, List.of());
        Map<Frontend, String> failures = new LinkedHashMap<>(kept.isEmpty() ? Map.of() : serve(kept));
        shut(refused);
        failures.putAll(rules.set(refused));
        return failures;
    }

    @Override
    public final void withdraw(Collection<FrontendRoute> frontends) {
        held.forget(frontends);
        forget(frontends);
        rules.withdraw(frontends);
    }

    @Override
    public final void networkChanged() {
        claims.renew();
    }

    @Override
    public final Collection<IpAddress> restore() {
        return claims.restore();
    }

    @Override
    public final Map<Frontend, String> sweep() {
        Map<Frontend, String> failures = held.sweep(this);
        claims.sweep();
        rules.sweep();
        return failures;
    }

    @Override
    public final void close() {
        sockets.closeAll();
    }
}
