package io.ballast.core.model;

import java.util.Locale;

/** Transport protocol of a Service port. SCTP Services are tracked, and reported as not served. */
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** IANA protocol number. */
    public int number() {
        return number;
    }

    /** Lower-case name, as in {@code 10.96.0.10:53/udp}. */
    public String suffix() {
        return name().toLowerCase(Locale.ROOT);
    }
}
