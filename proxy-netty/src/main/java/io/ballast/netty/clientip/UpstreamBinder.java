package io.ballast.netty.clientip;

import io.ballast.core.model.AddressPort;
import io.ballast.core.routing.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the local address of sockets to endpoints: how the client's address is kept (design 2.2). Thread-safe:
 * called from every event loop, and must not block.
 */
@FunctionalInterface
public interface UpstreamBinder {
    /** Leaves the source to the kernel: endpoints see the node's address. */
    UpstreamBinder NODE_ADDRESS = (client, decision) -> null;

    /**
     * The source for one connection to an endpoint; null for the node's address. Called for each attempt.
     *
     * @param decision says which endpoint, and whether to keep the client's address
     */
    @Nullable
    UpstreamBinding bind(AddressPort client, Decision.Forward decision);

    /**
     * A source that a UDP session of an earlier process is bound to; null where it is none of those that this binder
     * chooses.
     */
    default @Nullable UpstreamBinding resume(AddressPort source, AddressPort client, AddressPort endpoint) {
        return null;
    }
}
