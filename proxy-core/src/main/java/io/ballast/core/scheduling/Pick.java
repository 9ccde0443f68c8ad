package io.ballast.core.scheduling;

import io.ballast.core.model.RefuseReason;

/** Outcome of asking a {@link LoadBalancer} for an endpoint. <em>Immutable.</em> */
public sealed interface Pick {
    /** An endpoint, already counted. */
    record Picked(Lease lease) implements Pick {}

    /** Nothing can take the connection, and why. */
    record Nothing(RefuseReason reason) implements Pick {}
}
