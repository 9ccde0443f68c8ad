package io.ballast.daemon.http;

import java.time.Duration;

/**
 * What one server allows its clients. <em>Immutable.</em>
 *
 * @param headTimeout from a request's first byte until the whole of it has arrived
 * @param exchangeTimeout from there until the client has taken the whole answer
 * @param idleTimeout between exchanges, and before the first byte
 */
public record HttpLimits(Duration headTimeout, Duration exchangeTimeout, Duration idleTimeout) {
    /** For probes: short answers, many probers. */
    public static final HttpLimits PROBES =
            new HttpLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(90));

    /** For scrapes and people: the answer may be megabytes long. */
    public static final HttpLimits ADMIN =
            new HttpLimits(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(90));

    /** Longest request line, all headers together, and longest body, in bytes. */
    static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    static final int MAX_HEADER_BYTES = 16 * 1024;
    static final int MAX_BODY_BYTES = 16 * 1024;

    private static final int MOST_PROBES = 1024;
    private static final int MOST_PAGES = 128;

    /** Connections open at once at all ports for probes: half of the descriptors that relaying leaves. */
    public static int probeConnections(int reservedDescriptors) {
        return Math.max(1, Math.min(MOST_PROBES, reservedDescriptors / 2));
    }

    /** Connections open at once at the admin port: a quarter of the descriptors that relaying leaves. */
    public static int adminConnections(int reservedDescriptors) {
        return Math.max(1, Math.min(MOST_PAGES, reservedDescriptors / 4));
    }
}
