package io.ballast.core.scheduling;

import io.ballast.core.model.Endpoint;

/**
 * A picked endpoint that counts one open connection (TCP) or live session (UDP) until it is released.
 *
 * <p>Handed from thread to thread freely; {@link #release} has an effect once, however often it is called.
 */
public interface Lease {
    Endpoint endpoint();

    /** The endpoint accepted the connection: nothing speaks against it any more. */
    void connected();

    /**
     * The endpoint could not be connected to: forgets the client's affinity to it and counts a failure; an
     * endpoint that fails repeatedly is set aside for a while. Call {@link #release} besides.
     */
    void connectFailed();

    /** The connection has ended, or never came to be. */
    void release();
}
