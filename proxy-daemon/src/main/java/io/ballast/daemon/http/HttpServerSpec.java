package io.ballast.daemon.http;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What to serve where. <em>Immutable.</em>
 *
 * @param name for the log: {@code proxy healthz}, {@code metrics server}
 * @param address a wildcard stands for both families
 * @param compress answer with gzip where the client accepts it
 * @param retryInterval between attempts to bind
 * @param failHard kube-proxy's {@code bindAddressHardFail}: the first failure is final
 */
public record HttpServerSpec(
        String name,
        InetSocketAddress address,
        HttpLimits limits,
        boolean compress,
        Duration retryInterval,
        boolean failHard) {
    /** kube-proxy's interval. */
    public static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);
}
