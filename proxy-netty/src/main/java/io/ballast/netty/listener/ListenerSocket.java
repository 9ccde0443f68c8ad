package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import java.util.concurrent.CompletableFuture;

/** One listening socket on one event loop. Thread-safe. */
interface ListenerSocket {
    /** Where it listens, with the port that the kernel chose where 0 was asked for. */
    AddressPort address();

    /** Its descriptor number, -1 where the transport has none. */
    int descriptor();

    /**
     * Closes it.
     *
     * @param drain whether what waits to be accepted is served first
     */
    CompletableFuture<Void> close(boolean drain);
}
