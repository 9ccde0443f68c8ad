package io.ballast.netty.udp;

import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.Descriptor;
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

    /** Goes on with a socket of an earlier process, owned by the session from now on. */
    Upstream adopt(UdpSession session, Descriptor connected) throws IOException;
}
