package io.ballast.netty.udp;

import io.ballast.netty.clientip.UpstreamBinding;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Opens the endpoint's sockets of one event loop, and is confined to it. */
interface UpstreamConnector {
    /**
     * A socket that takes datagrams of the session at once. What goes wrong later is told to the session.
     *
     * @param source the local address to bind to, null leaves it to the kernel
     * @throws IOException when it failed already; there is nothing to close then
     */
    Upstream connect(UdpSession session, @Nullable UpstreamBinding source) throws IOException;
}
