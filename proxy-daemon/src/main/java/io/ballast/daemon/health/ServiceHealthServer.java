package io.ballast.daemon.health;

import io.ballast.core.health.ServiceHealth;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.spi.WarningListener;
import io.ballast.daemon.http.HttpLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health check ports of one address family: the servers of kube-proxy's {@code ServiceHealthServer}
 * ({@code pkg/proxy/healthcheck/service_health.go}). <em>Confined to the sync thread</em>, on which it waits for the
 * kernel to bind.
 */
public final class ServiceHealthServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceHealthServer.class);

    private final HttpLoop loop;
    private final Supplier<List<InetAddress>> addresses;
    private final String nodeName;
    private final WarningListener warnings;
    private final ServiceHealth health;
    private final Map<NamespacedName, HealthCheckPort> open = new HashMap<>();
    private final Map<NamespacedName, Wanted> wanted = new LinkedHashMap<>();

    /**
     * @param addresses the family's wildcard, or the node's addresses that NodePorts answer at; may be empty. Asked
     *     whenever a port is opened
     * @param proxyHealthy {@link io.ballast.core.health.ProxyHealth#isHealthy}
     */
    public ServiceHealthServer(
            HttpLoop loop,
            Supplier<List<InetAddress>> addresses,
            String nodeName,
            BooleanSupplier proxyHealthy,
            WarningListener warnings) {
        this.loop = loop;
        this.addresses = addresses;
        this.nodeName = nodeName;
        this.warnings = warnings;
        health = new ServiceHealth(proxyHealthy, new Ports());
    }

    /** What the ports answer, to be kept up to date by the Proxier. */
    public ServiceHealth health() {
        return health;
    }

    /**
     * Opens the ports that became wanted, and tries those again that could not be opened. To be called after every
     * sync: by then a port that changes hands has been closed by its old Service.
     */
    public void openWanted() {
        wanted.entrySet().removeIf(entry -> tryOpen(entry.getKey(), entry.getValue()));
    }

    private boolean tryOpen(NamespacedName service, Wanted want) {
        HealthCheckPort port = new HealthCheckPort(() -> health.report(service));
        try {
            port.listen(loop, addresses.get(), want.port);
        } catch (IOException e) {
            warnOnce(service, want, e);
            return false;
        }
        log.atDebug()
                .addKeyValue("service", service)
                .addKeyValue("port", want.port)
                .log("Opened healthcheck");
        open.put(service, port);
        return true;
    }

    private void warnOnce(NamespacedName service, Wanted want, IOException cause) {
        if (!want.warned) {
            want.warned = true;
            String message = "node " + nodeName + " failed to start healthcheck \"" + service + "\" on port "
                    + want.port + ": " + cause.getMessage();
            log.atWarn().log(message);
            warnings.warn(service, "FailedToStartServiceHealthcheck", message);
        }
    }

    /** Closes every port. */
    @Override
    public void close() {
        wanted.clear();
        open.values().forEach(HealthCheckPort::close);
        open.clear();
    }

    private static final class Wanted {
        private final int port;
        private boolean warned;

        Wanted(int port) {
            this.port = port;
        }
    }

    private final class Ports implements ServiceHealth.PortListener {
        @Override
        public void opened(NamespacedName service, int port) {
            wanted.put(service, new Wanted(port));
        }

        @Override
        public void closed(NamespacedName service, int port) {
            wanted.remove(service);
            HealthCheckPort closing = open.remove(service);
            if (closing != null) {
                log.atDebug()
                        .addKeyValue("service", service)
                        .addKeyValue("port", port)
                        .log("Closing healthcheck");
                closing.close();
            }
        }
    }
}
