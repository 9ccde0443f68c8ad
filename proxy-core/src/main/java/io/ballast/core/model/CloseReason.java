package io.ballast.core.model;

import java.util.Locale;

/** Why a relayed connection or session ended; the label {@code reason} of {@code ballast_connections_closed_total}. */
public enum CloseReason {
    /** Both halves ended with FIN. */
    FINISHED,
    /** The client sent RST, or vanished. */
    CLIENT_RESET,
    /** The endpoint sent RST, or vanished. */
    ENDPOINT_RESET,
    /** No bytes for the idle timeout. */
    IDLE,
    /** Older than {@code ballast.io/max-connection-age}. */
    MAX_AGE,
    /** Its endpoint left the Service and {@code ballast.io/endpoint-removal} says so. */
    ENDPOINT_REMOVED,
    /** Its Service, port or target went (UDP sessions). */
    REPINNED,
    /** The UDP session table was full and this session the longest idle. */
    EVICTED,
    /** The grace period ended. */
    SHUTDOWN,
    /** Anything else, logged with its cause. */
    ERROR;

    /** {@code client_reset}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
