package io.ballast.daemon.http;

import java.time.Duration;

/**
 * What one server allows its clients. <em>Immutable.</em>
 *
 * @param connections open at once; a new one closes the one that has been unused longest
 * @param headTimeout from a request's first byte until the whole of it has arrived
 * @param exchangeTimeout from there until the client has taken the whole answer
 * @param idleTimeout between exchanges, and before the first byte
 */
public record HttpLimits(int connections, Duration headTimeout, Duration exchangeTimeout, Duration idleTimeout) {
    /** For probes: short answers, many probers. */
    public static final HttpLimits PROBES =
            new HttpLimits(1024, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(90));

    /** For scrapes and people: the answer may be megabytes long. */
    public static final HttpLimits ADMIN =
            new HttpLimits(128, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(90));

    /** Longest request line, all headers together, and longest body, in bytes. */
    static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    static final int MAX_HEADER_BYTES = 16 * 1024;
    static final int MAX_BODY_BYTES = 16 * 1024;
}
