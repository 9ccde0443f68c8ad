package io.ballast.core.model;

import java.util.Locale;

/** Why an endpoint could not be connected to; the label {@code reason} of {@code ballast_connect_failures_total}. */
public enum ConnectFailure {
    REFUSED,
    TIMEOUT,
    UNREACHABLE,
    /** No free local port. */
    NO_PORT,
    /** The process is out of file descriptors or memory. */
    NO_RESOURCES,
    OTHER;

    /** {@code no_port}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
