package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.clientip.UpstreamBinding;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Opens the endpoint's sockets of one event loop, and is confined to it. */
interface Connector {
    /**
     * Starts to connect. The result is reported to the connection later, never from within this call; there is no
     * timeout.
     *
     * @param source the local address to bind to, null leaves it to the kernel
     * @throws IOException when it failed already; there is nothing to close then
     */
    Leg connect(TcpConnection connection, AddressPort endpoint, @Nullable UpstreamBinding source) throws IOException;
}
