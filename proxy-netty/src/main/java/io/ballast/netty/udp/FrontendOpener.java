package io.ballast.netty.udp;

import io.ballast.core.model.Frontend;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.intercept.FrontendSockets.OpenSocket;
import java.io.IOException;

/** Opens sockets bound to frontends of their own. Called from the sync thread. */
interface FrontendOpener {
    /**
     * Starts to receive on an event loop; with a socket of an earlier process once {@link UdpDatapath#resume} is called.
     *
     * @return closes the socket and ends its sessions
     * @throws IOException with the kernel's reason
     */
    BoundFrontend open(Frontend frontend, UdpLoop loop, boolean transparent) throws IOException;

    /** What {@link #open} returns. */
    interface BoundFrontend extends OpenSocket {
        /** Goes on with a session of an earlier process, which is closed where that cannot be. */
        default void resume(SessionHandOver session) {
            session.close();
        }
    }
}
