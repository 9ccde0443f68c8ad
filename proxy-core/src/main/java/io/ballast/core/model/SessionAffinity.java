package io.ballast.core.model;

import java.time.Duration;

/** Whether new connections of one client stay with one endpoint. */
public sealed interface SessionAffinity {
    /** {@code sessionAffinity: None}. */
    SessionAffinity NONE = new None();

    /** The Kubernetes spelling. */
    String label();

    /** How long after a client's last <em>new</em> connection its endpoint is remembered; zero without affinity. */
    Duration timeout();

    /** No stickiness. */
    record None() implements SessionAffinity {
        @Override
        public String label() {
            return "None";
        }

        @Override
        public Duration timeout() {
            return Duration.ZERO;
        }
    }

    /**
     * Stickiness by client address.
     *
     * @param timeout how long after a client's last <em>new</em> connection its endpoint is remembered
     */
    record ClientIp(Duration timeout) implements SessionAffinity {
        /** The API server's default, {@code v1.DefaultClientIPServiceAffinitySeconds}. */
        public static final Duration DEFAULT_TIMEOUT = Duration.ofHours(3);

        @Override
        public String label() {
            return "ClientIP";
        }
    }
}
