package io.ballast.netty.udp;

import io.ballast.core.model.Frontend;
import io.ballast.netty.intercept.FrontendSockets.OpenSocket;
import java.io.IOException;

/** Opens sockets bound to frontends of their own. Called from the sync thread. */
interface FrontendOpener {
    /**
     * Starts to receive on an event loop.
     *
     * @return closes the socket and ends its sessions
     * @throws IOException with the kernel's reason
     */
    OpenSocket open(Frontend frontend, UdpLoop loop, boolean transparent) throws IOException;
}
