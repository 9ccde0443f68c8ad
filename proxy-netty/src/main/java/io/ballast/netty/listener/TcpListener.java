package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A listener: one socket, or one for each event loop, at one address and port. <em>Thread-safe.</em> */
public final class TcpListener {
    private final List<ListenerSocket> sockets;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    TcpListener(List<ListenerSocket> sockets) {
        this.sockets = List.copyOf(sockets);
    }

    /** Where it listens, with the port that the kernel chose where 0 was asked for. */
    public AddressPort address() {
        return sockets.get(0).address();
    }

    /**
     * Descriptor numbers in the order of the event loops, to be put into maps or passed to another process; still
     * owned here. Empty on transports without descriptors.
     */
    public int[] descriptors() {
        return sockets.stream()
                .flatMapToInt(socket -> IntStream.of(socket.descriptor()))
                .filter(number -> number >= 0)
                .toArray();
    }

    /** Serves what waits to be accepted, then closes. Connections stay. */
    public CompletableFuture<Void> close() {
        return close(true);
    }

    /** Closes our descriptors only: another process listens on the same sockets and takes what waits there. */
    public CompletableFuture<Void> handOver() {
        return close(false);
    }

    /** Completes when it is closed. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    private CompletableFuture<Void> close(boolean drain) {
        CompletableFuture.allOf(
                        sockets.stream().map(socket -> socket.close(drain)).toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> closed.complete(null));
        return closed;
    }
}
