package io.ballast.core.scheduling;

/** Which of the two lists of a Service port a pick is made from. */
public enum EndpointScope {
    CLUSTER,
    LOCAL
}
