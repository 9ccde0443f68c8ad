package io.ballast.daemon;

import io.ballast.core.health.ProxyHealth;
import io.ballast.core.health.ServiceHealth;
import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import io.ballast.core.spi.WarningListener;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.daemon.health.HealthzResponder;
import io.ballast.daemon.health.Readiness;
import io.ballast.daemon.health.ServiceHealthServer;
import io.ballast.daemon.http.BindListener;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpListener;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.http.HttpServerSpec;
import io.ballast.daemon.metrics.KubeProxyMetrics;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The healthz server and the health check port of each Service that has one, on a thread of their own so that probes are
 * answered whatever the rest does. {@link #afterSync} is confined to the sync thread.
 */
final class HealthServers implements AutoCloseable {
    private final HttpLoop loop;
    private final @Nullable HttpListener healthz;
    private final Map<IpFamily, ServiceHealthServer> serviceHealth = new EnumMap<>(IpFamily.class);

    /**
     * @param loop closed with this
     * @param nodePortAddresses where health check ports listen: a family's wildcard, or addresses of this node
     */
    HealthServers(
            HttpLoop loop,
            ProxyConfig config,
            ProxyHealth health,
            Set<IpFamily> families,
            Supplier<Readiness> readiness,
            Function<IpFamily, List<InetAddress>> nodePortAddresses,
            KubeProxyMetrics metrics,
            WarningListener warnings,
            BindListener bindListener) {
        this.loop = loop;
        HealthzResponder responder = new HealthzResponder(
                health::report, readiness, metrics::healthzAnswered, metrics::livezAnswered, ZoneId.systemDefault());
        @Nullable AddressPort address = config.servers().healthz();
        healthz = address == null
                ? null
                : new HttpListener(
                        loop,
                        new HttpServerSpec(
                                "proxy healthz",
                                address.toSocketAddress(),
                                HttpLimits.PROBES,
                                false,
                                HttpServerSpec.RETRY_INTERVAL,
                                config.servers().hardFail()),
                        responder,
                        bindListener);
        for (IpFamily family : families) {
            serviceHealth.put(
                    family,
                    new ServiceHealthServer(
                            loop,
                            () -> nodePortAddresses.apply(family),
                            config.nodeName(),
                            health::isHealthy,
                            warnings));
        }
    }

    /** What the Proxier keeps up to date. */
    Map<IpFamily, ServiceHealth> serviceHealth() {
        Map<IpFamily, ServiceHealth> states = new EnumMap<>(IpFamily.class);
        serviceHealth.forEach((family, server) -> states.put(family, server.health()));
        return states;
    }

    void start() {
        if (healthz != null) {
            healthz.start();
        }
    }

    /** Does not listen any more, until the next {@link #start}; to be called while there are no health check ports. */
    void leave() {
        if (healthz != null) {
            healthz.close();
        }
    }

    /** Opens the health check ports that the last sync asked for. */
    void afterSync() {
        serviceHealth.values().forEach(ServiceHealthServer::openWanted);
    }

    @Override
    public void close() {
        serviceHealth.values().forEach(ServiceHealthServer::close);
        if (healthz != null) {
            healthz.close();
        }
        loop.close();
    }
}
