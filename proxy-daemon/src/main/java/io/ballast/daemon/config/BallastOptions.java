package io.ballast.daemon.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What Ballast can be told beyond kube-proxy's configuration. <em>Immutable.</em>
 *
 * @param sourceDir directory of manifests that replaces the Kubernetes API, null for none
 * @param clientIpPorts source ports of connections made with a client's address
 * @param eventLoops 0 means one for each processor
 * @param maxConnections of the whole daemon, 0 means as many as descriptors allow
 * @param serviceProxyName value of the label that Services must carry; empty means they must not carry it
 * @param connectionLog file or {@code -} for standard output, null for none
 */
public record BallastOptions(
        @Nullable Path sourceDir,
        InterceptMode intercept,
        ClientIpMode clientIp,
        PortRange clientIpPorts,
        PacketMark mark,
        TransportChoice transport,
        int eventLoops,
        Duration connectTimeout,
        int connectAttempts,
        Duration udpIdleTimeout,
        int maxConnections,
        int maxAffinityEntries,
        String serviceProxyName,
        Duration shutdownGracePeriod,
        @Nullable String connectionLog,
        boolean cleanupOnExit,
        boolean endpointMetrics) {}
