package io.ballast.netty.intercept;

import io.ballast.core.routing.FrontendRoute;
import java.util.Collection;

/**
 * {@code --intercept=bind}: sockets bound to each frontend. Works on every kernel, and without privileges on loopback
 * addresses. A port that a host process holds on the wildcard address cannot be bound: that frontend fails, the others
 * work. <em>Confined to the sync thread.</em>
 */
public final class BindInterceptor extends FrontendInterceptor {
    /** See {@link #mode}. */
    public static final String MODE = "bind";

    public BindInterceptor(
            FrontendSockets tcp,
            DatagramSockets udp,
            ClusterIpRoutes routes,
            PacketRules steering,
            FrontendFacts facts) {
        super(tcp, udp, routes, steering, facts);
    }

    @Override
    public String mode() {
        return MODE;
    }

    @Override
    String open(FrontendRoute route) {
        return sockets.open(route.frontend(), rules.isSteered(route));
    }

    @Override
    void admit() {
        // A socket lets clients in from the moment it is bound.
    }

    @Override
    void shut(Collection<FrontendRoute> frontends) {
        frontends.forEach(route -> sockets.close(route.frontend()));
    }

    @Override
    void forget(Collection<FrontendRoute> frontends) {
        shut(frontends);
    }

    @Override
    public void settle() {
        // What an earlier process left goes with the first rules that are served, and with sweep.
    }
}
