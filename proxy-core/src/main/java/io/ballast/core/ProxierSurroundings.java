package io.ballast.core;

import io.ballast.core.health.ProxyHealth;
import io.ballast.core.health.ServiceHealth;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.Router;
import io.ballast.core.scheduling.LoadBalancerFactory;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.spi.Ticker;
import io.ballast.core.spi.WarningListener;
import java.time.InstantSource;
import java.util.Map;

/**
 * Everything a {@link Proxier} talks to.
 *
 * @param dataplane serves the table, and publishes it to the router
 * @param router is told the node's addresses
 * @param balancers makes the load balancer of each new Service port
 * @param serviceHealth health check ports, one for each family that is served
 * @param ticker measures how long a sync takes
 * @param clock dates changes; what was triggered before the Proxier was made is not measured
 */
public record ProxierSurroundings(
        Dataplane dataplane,
        Router router,
        LoadBalancerFactory balancers,
        ProxyHealth proxyHealth,
        Map<IpFamily, ServiceHealth> serviceHealth,
        WarningListener warnings,
        SyncObserver observer,
        Ticker ticker,
        InstantSource clock) {
    public ProxierSurroundings {
        serviceHealth = Map.copyOf(serviceHealth);
    }
}
