package io.ballast.netty.clientip;

import io.ballast.core.model.AddressPort;
import org.jspecify.annotations.Nullable;

/**
 * One local address in use, or about to be. Bound with SO_REUSEADDR, so that a port in TIME_WAIT can be taken again.
 * Confined to the event loop of its connection.
 */
public interface UpstreamBinding {
    AddressPort source();

    /** The address is not the node's own: IP_TRANSPARENT. */
    boolean transparent();

    /**
     * The kernel would not have this one (EADDRNOTAVAIL, EADDRINUSE). Releases it.
     *
     * @return the next to try, null for the node's address
     */
    @Nullable
    UpstreamBinding refused();

    /** The socket is closed, or never came to be. Called once for each binding that was not {@link #refused}. */
    void release();
}
