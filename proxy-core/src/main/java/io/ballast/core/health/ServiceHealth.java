package io.ballast.core.health;

import io.ballast.core.model.NamespacedName;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * What the {@code healthCheckNodePort} of each Service answers, in one family: kube-proxy's
 * {@code ServiceHealthServer} without its servers. <em>Thread-safe</em>; written by the sync thread.
 */
public final class ServiceHealth {
    private final BooleanSupplier proxyHealthy;
    private final PortListener ports;
    private final Map<NamespacedName, Entry> entries = new ConcurrentHashMap<>();

    /**
     * @param proxyHealthy {@link ProxyHealth#isHealthy}
     * @param ports opens and closes the servers
     */
    public ServiceHealth(BooleanSupplier proxyHealthy, PortListener ports) {
        this.proxyHealthy = proxyHealthy;
        this.ports = ports;
    }

    /** Hears on which ports to answer. Called from the sync thread, after the sync that made it so. */
    public interface PortListener {
        /** Opens nothing. */
        PortListener NONE = new PortListener() {
            @Override
            public void opened(NamespacedName service, int port) {}

            @Override
            public void closed(NamespacedName service, int port) {}
        };

        void opened(NamespacedName service, int port);

        void closed(NamespacedName service, int port);
    }

    private record Entry(int port, int localEndpoints) {}

    /**
     * An answer.
     *
     * @param localEndpoints distinct addresses of ready endpoints on this node, also the weight in the header
     */
    public record Report(NamespacedName service, int localEndpoints, boolean serviceProxyHealthy) {
        /** 200, or 503 where traffic should not be sent. */
        public int status() {
            return localEndpoints > 0 && serviceProxyHealthy ? 200 : 503;
        }
    }

    /** The Service has this health check port; a new one starts without local endpoints. */
    public void serve(NamespacedName service, int port) {
        Entry before = entries.get(service);
        if (before != null && before.port() == port) {
            return;
        }
        stop(service);
        entries.put(service, new Entry(port, 0));
        ports.opened(service, port);
    }

    /** The Service has no health check port any more. */
    public void stop(NamespacedName service) {
        Entry before = entries.remove(service);
        if (before != null) {
            ports.closed(service, before.port());
        }
    }

    /** Ignored for a Service without a health check port. */
    public void localEndpoints(NamespacedName service, int count) {
        entries.computeIfPresent(service, (name, entry) -> new Entry(entry.port(), count));
    }

    /** The answer of a Service's port, empty when it has none. */
    public Optional<Report> report(NamespacedName service) {
        return Optional.ofNullable(entries.get(service))
                .map(entry -> new Report(service, entry.localEndpoints(), proxyHealthy.getAsBoolean()));
    }

    /** How many Services have a health check port. */
    public int size() {
        return entries.size();
    }
}
