package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import java.util.Optional;

/**
 * One of the two sockets of a connection. It moves bytes and reports to its {@link TcpConnection}: {@code connected},
 * {@code ended}, {@code outputFinished}, {@code failed}. It decides nothing and closes only when told to.
 *
 * <p>Confined to the connection's event loop. May report from within any of these calls.
 */
interface Leg {
    /** Begins to read, and hands everything to {@code peer}, as fast as {@code peer} takes it. */
    void relayTo(Leg peer);

    /** Sends bytes of our own, before anything is relayed. */
    void send(byte[] bytes);

    /** Sends FIN after everything that is still to be sent, then reports {@code outputFinished}. */
    void finish();

    /** Drops what arrives from now on, so that the peer's FIN can be seen. */
    void discard();

    /** The peer sent FIN, and all before it was read. */
    boolean isInputEnded();

    /** Bytes in memory that wait for the peer to take them. */
    long pendingBytes();

    /** Closes with FIN (RST where bytes arrived that nobody read). Nothing is reported afterwards. */
    void closeNow();

    /** Closes with RST. Nothing is reported afterwards. */
    void reset();

    /** Our own address of this socket; empty once it is closed. */
    Optional<AddressPort> localAddress();
}
