package io.ballast.core.model;

/** What happens to open connections of an endpoint that left its Service. */
public enum EndpointRemoval {
    /** They stay until one side ends them, as with kube-proxy. */
    KEEP,
    /** They stay until the drain timeout, then are reset. */
    DRAIN,
    /** Both sides are reset at once. */
    RESET
}
