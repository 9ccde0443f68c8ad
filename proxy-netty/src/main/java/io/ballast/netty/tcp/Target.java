package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.routing.Decision;
import io.ballast.core.routing.Route;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.transport.ResourceShortage;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint that one connection was given, and the search for another one when it does not answer: different
 * endpoints, up to {@code connectAttempts}. Counts failures and retries; holds the lease and the local address.
 * Confined to the connection's event loop.
 */
final class Target {
    private static final Logger LOG = LoggerFactory.getLogger(Target.class);

    private final LoopConnections home;
    private final Frontend frontend;
    private final AddressPort client;
    private Decision.Forward decision;
    private @Nullable UpstreamBinding binding;
    private Set<AddressPort> tried = Set.of();
    private int attempt = 1;

    Target(LoopConnections home, Frontend frontend, AddressPort client, Decision.Forward decision) {
        this.home = home;
        this.frontend = frontend;
        this.client = client;
        this.decision = decision;
    }

    AddressPort endpoint() {
        return decision.lease().endpoint().address();
    }

    Route route() {
        return decision.route();
    }

    ServiceOptions options() {
        return decision.servicePort().options();
    }

    /** Starts to connect, from the local address that the binder chooses, or another where the kernel refuses that. */
    Leg connect(TcpConnection connection) throws IOException {
        UpstreamBinding source = home.context().binder().bind(client, decision);
        while (true) {
            try {
                Leg leg = home.connector().connect(connection, endpoint(), source);
                binding = source;
                return leg;
            } catch (IOException e) {
                if (ResourceShortage.isMeantBy(e)) {
                    home.context().shortage().reported(e);
                }
                if (source == null) {
                    throw e;
                }
                source = afterBindFailure(source, e);
            }
        }
    }

    private static @Nullable UpstreamBinding afterBindFailure(UpstreamBinding source, IOException cause)
            throws IOException {
        if (ConnectFailures.of(cause) == ConnectFailure.NO_PORT) {
            return source.refused();
        }
        source.release();
        throw cause;
    }

    /** The current endpoint accepted, after so long. */
    void connected(long nanos) {
        decision.lease().connected();
        route().stats().connected(nanos);
        route().stats().connectionOpened();
    }

    /** The current endpoint could not be connected to. Takes the next one; false when the client must be turned away. */
    boolean next(IOException cause) {
        LOG.atTrace()
                .addKeyValue("endpoint", endpoint())
                .addKeyValue("client", client)
                .addKeyValue("cause", cause.toString())
                .log("Endpoint not reached");
        boolean found = findAnother(ConnectFailures.of(cause));
        if (!found) {
            route().stats().refused(RefuseReason.CONNECT_FAILED);
        }
        return found;
    }

    private boolean findAnother(ConnectFailure failure) {
        route().stats().connectFailed(failure);
        boolean oursToBlame = failure == ConnectFailure.NO_RESOURCES || failure == ConnectFailure.NO_PORT;
        if (!oursToBlame) {
            decision.lease().connectFailed();
        }
        release();
        if (failure == ConnectFailure.NO_RESOURCES || attempt >= options().connectAttempts()) {
            return false;
        }
        if (tried.isEmpty()) {
            tried = new HashSet<>();
        }
        tried.add(endpoint());
        if (!(home.context().router().decide(frontend, client, decision.ingress(), tried)
                instanceof Decision.Forward another)) {
            return false;
        }
        decision = another;
        attempt++;
        route().stats().connectRetried();
        return true;
    }

    /** Gives back what is held for the endpoint; further calls do nothing. */
    void release() {
        decision.lease().release();
        if (binding != null) {
            binding.release();
            binding = null;
        }
    }

    /** Whether the endpoint still serves, by the table in force. */
    boolean isStillServing() {
        Route now = home.context()
                .router()
                .table()
                .route(decision.servicePort().name(), decision.servicePort().family());
        return now != null && now.servingEndpoints().contains(endpoint());
    }
}
