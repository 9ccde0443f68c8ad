package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.FrontendRoute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code --intercept=bind}: sockets bound to each frontend. Works on every kernel, and without privileges on loopback
 * addresses. A port that a host process holds on the wildcard address cannot be bound: that frontend fails, the others
 * work. <em>Confined to the sync thread.</em>
 */
public final class BindInterceptor implements TrafficInterceptor {
    /** See {@link #mode}. */
    public static final String MODE = "bind";

    private final BoundFrontends sockets;
    private final HeldFrontends held;
    private final AddressClaims claims;
    private final FrontendRules rules;

    public BindInterceptor(
            FrontendSockets tcp,
            DatagramSockets udp,
            ClusterIpRoutes routes,
            PacketRules steering,
            FrontendFacts facts) {
        this.sockets = new BoundFrontends(tcp, udp);
        this.held = new HeldFrontends(udp);
        this.claims = new AddressClaims(routes, sockets::isInUse);
        this.rules = new FrontendRules(steering, facts, held, sockets::isInUse);
    }

    @Override
    public String mode() {
        return MODE;
    }

    @Override
    public void claim(Collection<IpAddress> clusterIps) {
        claims.claim(clusterIps);
    }

    @Override
    public void release(Collection<IpAddress> clusterIps) {
        claims.release(clusterIps);
    }

    @Override
    public Map<Frontend, String> serve(Collection<FrontendRoute> frontends) {
        frontends.forEach(held::holds);
        claims.retry(frontends.stream().map(route -> route.frontend().address()).toList());
        Map<Frontend, String> failures = new LinkedHashMap<>();
        List<FrontendRoute> opened = new ArrayList<>();
        for (FrontendRoute route : frontends) {
            String failure = open(route);
            if (failure.isEmpty()) {
                opened.add(route);
            } else {
                failures.put(route.frontend(), failure);
            }
        }
        rules.set(opened);
        rules.commit();
        return failures;
    }

    /** Returns why not, or the empty string. */
    private String open(FrontendRoute route) {
        String unclaimed = route.kind() == FrontendKind.CLUSTER_IP
                ? claims.failure(route.frontend().address())
                : rules.obstacle(route);
        return unclaimed.isEmpty() ? sockets.open(route.frontend(), rules.isSteered(route)) : unclaimed;
    }

    @Override
    public void refuse(Collection<FrontendRoute> frontends) {
        frontends.stream().filter(route -> !held.holds(route)).forEach(route -> sockets.close(route.frontend()));
        rules.set(frontends);
    }

    @Override
    public void withdraw(Collection<FrontendRoute> frontends) {
        held.forget(frontends);
        frontends.forEach(route -> sockets.close(route.frontend()));
        rules.withdraw(frontends);
    }

    @Override
    public void settle() {
        // What an earlier process left goes with the first rules that are served, and with sweep.
    }

    @Override
    public void networkChanged() {
        claims.renew();
    }

    @Override
    public void sweep() {
        held.sweep(this);
        claims.sweep();
        rules.sweep();
    }

    @Override
    public void close() {
        sockets.closeAll();
    }
}
