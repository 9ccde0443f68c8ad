package io.ballast.core.model;

import java.util.Locale;

/** Why a client was turned away; the label {@code reason} of {@code ballast_refused_total}. */
public enum RefuseReason {
    /** The frontend is not, or no longer, in the table. */
    NOT_SERVED,
    /** Nothing selectable anywhere. */
    NO_ENDPOINTS,
    /** A Local policy without local endpoints. */
    NO_LOCAL_ENDPOINTS,
    /** The client is outside {@code loadBalancerSourceRanges}. */
    SOURCE_RANGES,
    /** {@code ballast.io/max-connections} reached, or the daemon-wide limit. */
    MAX_CONNECTIONS,
    /** Every endpoint at {@code ballast.io/max-connections-per-endpoint}. */
    ENDPOINTS_FULL,
    /** Every endpoint has weight 0. */
    NO_WEIGHT,
    /** Every attempt failed. */
    CONNECT_FAILED,
    /** The daemon is shutting down. */
    SHUTTING_DOWN;

    /** {@code no_endpoints}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
