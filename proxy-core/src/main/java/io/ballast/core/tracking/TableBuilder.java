package io.ballast.core.tracking;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.scheduling.LoadBalancerFactory;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.spi.WarningListener;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.topology.CategorizedEndpoints;
import io.ballast.core.topology.EndpointCategorizer;
import io.ballast.core.topology.NodeTopology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies Service ports and their endpoints to the table, one Service at a time, and never looks at another Service but
 * where both claim one frontend. <em>Confined to the sync thread.</em>
 */
final class TableBuilder {
    private static final Logger log = LoggerFactory.getLogger(TableBuilder.class);

    private final EndpointSliceCache slices;
    private final LoadBalancerFactory balancers;
    private final WarningListener warnings;
    private final TableEditor table = new TableEditor();
    private final FrontendClaims claims = new FrontendClaims(table);
    private final NodePortFrontends nodePorts = new NodePortFrontends(table, claims);
    private final LocalEndpointGauge gauge = new LocalEndpointGauge();
    /**
     * Removed, but the dataplane may still lead clients there: at a frontend that passes to another Service it never stops
     * accepting, and whom it accepted before it knew has to find an endpoint.
     */
    private final Map<ServicePortKey, Route> retired = new LinkedHashMap<>();

    TableBuilder(EndpointSliceCache slices, LoadBalancerFactory balancers, WarningListener warnings) {
        this.slices = slices;
        this.balancers = balancers;
        this.warnings = warnings;
    }

    /** Where NodePorts answer, from the next {@link #settle} on; ClusterIPs among those lent are left out. */
    void nodePortAddresses(HostAddresses addresses) {
        nodePorts.candidates(addresses);
    }

    /**
     * Brings one Service up to date.
     *
     * @param before what was applied last
     * @param after what the Service is now; may be the same when its endpoints or the topology changed
     */
    void apply(List<ServicePort> before, List<ServicePort> after, NodeTopology node) {
        Set<ServicePortKey> kept = new HashSet<>();
        for (ServicePort port : after) {
            if (port.name().protocol() != Protocol.SCTP) {
                kept.add(ServicePortKey.of(port));
                put(port, node);
            }
        }
        // Added first, removed afterwards: the counters of a port pass from one of its families to the other.
        for (ServicePort port : before) {
            Route route = kept.contains(ServicePortKey.of(port)) ? null : table.route(ServicePortKey.of(port));
            if (route != null) {
                remove(route);
            }
        }
    }

    private void put(ServicePort port, NodeTopology node) {
        ServicePortName name = port.name();
        List<Endpoint> all = slices.endpoints(name.service(), port.family(), name.port(), name.protocol());
        CategorizedEndpoints endpoints = EndpointCategorizer.categorize(all, port, node);
        Set<AddressPort> serving = serving(all);
        Route old = table.route(ServicePortKey.of(port));
        if (old != null
                && old.servicePort().equals(port)
                && old.endpoints().equals(endpoints)
                && old.servingEndpoints().equals(serving)) {
            return;
        }
        LoadBalancer balancer = balancer(table.routeInUse(ServicePortKey.of(port)), port, endpoints);
        if (balancer == null) {
            return;
        }
        Route route = new Route(port, endpoints, serving, balancer, stats(name));
        table.put(route);
        gauge.changed(old, route);
        claim(old, route);
        log.atDebug()
                .addKeyValue("servicePort", name)
                .addKeyValue("family", port.family())
                .addKeyValue("clusterIP", port.clusterIp())
                .addKeyValue("endpoints", endpoints.reachable().size())
                .log(old == null ? "Service port added" : "Service port changed");
    }

    private static Set<AddressPort> serving(List<Endpoint> all) {
        List<AddressPort> serving = new ArrayList<>(all.size());
        for (Endpoint endpoint : all) {
            if (endpoint.serving()) {
                serving.add(endpoint.address());
            }
        }
        // Each is there once, which spares a set to find that out.
        return Set.of(serving.toArray(AddressPort[]::new));
    }

    /** Schedulers may be plug-ins: one that throws costs its Service port the change, and nothing else. */
    private @Nullable LoadBalancer balancer(@Nullable Route old, ServicePort port, CategorizedEndpoints endpoints) {
        try {
            if (old == null) {
                return balancers.create(port, endpoints);
            }
            old.balancer().update(port, endpoints);
            return old.balancer();
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("servicePort", port.name()).log("Scheduler failed");
            warnings.warn(
                    port.name().service(),
                    Problem.BALANCER,
                    "Scheduler " + port.options().scheduler() + " failed (" + e + "): port " + port.name()
                            + " stays as it was. Choose another scheduler.");
            return null;
        }
    }

    /** Counters live as long as the port has a route in either family, or the dataplane believes so. */
    private ServicePortStats stats(ServicePortName name) {
        for (IpFamily family : IpFamily.values()) {
            Route route = table.routeInUse(new ServicePortKey(name, family));
            if (route != null) {
                return route.stats();
            }
        }
        return new ServicePortStats();
    }

    private void claim(@Nullable Route old, Route route) {
        nodePorts.track(route.servicePort());
        Set<Claim> had = old == null ? Set.of() : Claim.of(old, nodePorts.addresses());
        Set<Claim> wants = Claim.of(route, nodePorts.addresses());
        for (Claim claim : wants) {
            if (had.contains(claim)) {
                claims.refresh(claim, route);
            } else {
                nodePorts.clusterIpChanged(claims.add(claim, route), claim);
            }
        }
        for (Claim claim : had) {
            if (!wants.contains(claim)) {
                nodePorts.clusterIpChanged(claims.remove(claim), claim);
            }
        }
    }

    private void remove(Route route) {
        for (Claim claim : Claim.of(route, nodePorts.addresses())) {
            nodePorts.clusterIpChanged(claims.remove(claim), claim);
        }
        ServicePortKey key = ServicePortKey.of(route.servicePort());
        nodePorts.untrack(key);
        table.remove(key);
        gauge.changed(route, null);
        retired.put(key, route);
        log.atDebug()
                .addKeyValue("servicePort", key.name())
                .addKeyValue("family", key.family())
                .log("Service port removed");
    }

    /** Ends a round of {@link #apply}: expands NodePorts where addresses changed, and tells who lost a frontend. */
    void settle() {
        nodePorts.settle();
        claims.warn(warnings);
    }

    RoutingTable table() {
        return table.table();
    }

    /** What changed since {@link #delivered}. */
    RoutingTableDiff diff() {
        return table.diff();
    }

    void delivered() {
        table.delivered();
        retired.forEach((key, route) -> {
            if (table.route(key) == null) {
                balancer(route, route.servicePort(), route.endpoints().withoutAny());
            }
        });
        retired.clear();
    }

    void report(Set<IpFamily> families, SyncObserver observer) {
        gauge.report(families, observer);
    }
}
