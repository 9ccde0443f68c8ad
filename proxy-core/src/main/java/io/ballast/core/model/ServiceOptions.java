package io.ballast.core.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a Service's annotations, on top of the daemon's defaults, ask of Ballast. <em>Immutable.</em>
 *
 * @param scheduler name of a registered scheduler
 * @param connectTimeout per attempt
 * @param connectAttempts different endpoints tried before the client is reset, 1 to 10
 * @param drainTimeout for {@link EndpointRemoval#DRAIN}
 * @param idleTimeout zero means none (TCP)
 * @param udpIdleTimeout of a UDP session
 * @param maxConnections open connections of the Service port on this node, 0 means no limit
 * @param maxConnectionsPerEndpoint 0 means no limit
 * @param maxConnectionAge zero means none
 * @param proxyProtocol null means none
 * @param sourceRangesGuardAllExternal source ranges also guard NodePorts and externalIPs
 */
public record ServiceOptions(
        String scheduler,
        Duration connectTimeout,
        int connectAttempts,
        EndpointRemoval endpointRemoval,
        Duration drainTimeout,
        Duration idleTimeout,
        Duration udpIdleTimeout,
        int maxConnections,
        int maxConnectionsPerEndpoint,
        Duration maxConnectionAge,
        @Nullable ProxyProtocol proxyProtocol,
        boolean sourceRangesGuardAllExternal) {

    /** Defaults of a daemon without flags. */
    public static final ServiceOptions DEFAULTS = new ServiceOptions(
            "rr",
            Duration.ofSeconds(3),
            3,
            EndpointRemoval.KEEP,
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofMinutes(1),
            0,
            0,
            Duration.ZERO,
            null,
            false);

    public ServiceOptions withScheduler(String name) {
        return new ServiceOptions(
                name,
                connectTimeout,
                connectAttempts,
                endpointRemoval,
                drainTimeout,
                idleTimeout,
                udpIdleTimeout,
                maxConnections,
                maxConnectionsPerEndpoint,
                maxConnectionAge,
                proxyProtocol,
                sourceRangesGuardAllExternal);
    }
}
