package io.ballast.netty.tcp;

import io.ballast.core.model.IpFamily;

/** A client's socket, accepted and not yet registered with an event loop. Used once, on its event loop. */
interface AcceptedSocket {
    /** Makes it the downstream of a connection; it reports from now on and reads nothing yet. */
    Leg open(TcpConnection connection);

    /** The index of the interface that the client came in through, 0 where that cannot be told. */
    default int ingress(IpFamily family) {
        return 0;
    }

    /** Turns the client away with RST. */
    void reset();
}
