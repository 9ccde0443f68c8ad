package io.ballast.core.routing;

import io.ballast.core.model.IpAddress;

/** Tells where a client is. Thread-safe, called from event loops for each new connection: must not block. */
@FunctionalInterface
public interface SourceClassifier {
    Source classify(IpAddress client);

    /**
     * As {@link #classify(IpAddress)}, where it is known how the client's packets came in.
     *
     * @param ingress the index of the interface, 0 when unknown
     */
    default Source classify(IpAddress client, int ingress) {
        return classify(client);
    }

    /** Whether the interface makes a difference, so that it is worth asking the kernel for it. */
    default boolean asksForIngress() {
        return false;
    }
}
