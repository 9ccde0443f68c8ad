package io.ballast.netty.tcp;

/** A client's socket, accepted and not yet registered with an event loop. Used once, on its event loop. */
interface AcceptedSocket {
    /** Makes it the downstream of a connection; it reports from now on and reads nothing yet. */
    Leg open(TcpConnection connection);

    /** Turns the client away with RST. */
    void reset();
}
