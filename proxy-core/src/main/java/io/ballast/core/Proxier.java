package io.ballast.core;

import io.ballast.core.health.ServiceHealth;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.spi.ObjectSink;
import io.ballast.core.tracking.ClusterState;
import io.ballast.core.tracking.NodeIps;
import io.ballast.core.tracking.TrackingSettings;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what changes in the cluster and on the node, and hands the dataplane a new table at each sync: kube-proxy's
 * {@code Proxier}. <em>Confined to the sync thread</em>, unlike other sinks.
 *
 * <p>Nothing is served before the first lists of Services, EndpointSlices and Nodes are in: a restart never withdraws
 * what it has not heard of yet, and NodePorts meant for the node's own address alone open nowhere else. When the
 * dataplane throws, the next sync hands it what it missed besides what is new.
 */
public final class Proxier implements ObjectSink {
    private static final Logger log = LoggerFactory.getLogger(Proxier.class);

    private final Set<IpFamily> families;
    private final ProxierSurroundings surroundings;
    private final ClusterState state;
    private boolean servicesSynced;
    private boolean endpointSlicesSynced;
    private boolean nodeSynced;
    private boolean delivered;
    /** Something has changed since the dataplane took over a table. */
    private boolean requested;

    public Proxier(TrackingSettings settings, ProxierSurroundings surroundings) {
        this.families = settings.families();
        this.surroundings = surroundings;
        this.state =
                new ClusterState(settings, surroundings.balancers(), surroundings.warnings(), surroundings.clock());
        surroundings.router().nodeIps(state.nodeIps().toSet());
    }

    @Override
    public void upsert(Service service) {
        serviceEvent(state.services().upsert(service));
    }

    @Override
    public void deleteService(NamespacedName name) {
        serviceEvent(state.services().delete(name));
    }

    private void serviceEvent(boolean changed) {
        surroundings.observer().serviceChangeSeen(state.services().pendingCount());
        if (changed) {
            request(families);
        }
    }

    @Override
    public void upsert(EndpointSlice slice) {
        sliceEvent(state.slices().upsert(slice));
    }

    @Override
    public void deleteEndpointSlice(NamespacedName name) {
        sliceEvent(state.slices().delete(name));
    }

    private void sliceEvent(Set<IpFamily> changed) {
        surroundings.observer().endpointSliceChangeSeen(state.slices().pendingCount());
        request(changed);
    }

    /** A change of the node's zone concerns every Service, a change of its addresses the NodePorts. */
    @Override
    public void upsert(Node node) {
        surroundings.proxyHealth().nodeChanged(node);
        if (state.upsert(node)) {
            surroundings.router().nodeIps(state.nodeIps().toSet());
            log.atInfo()
                    .addKeyValue("addresses", state.nodeIps().addresses())
                    .addKeyValue("zone", node.zone())
                    .log("Node addresses or zone changed");
            request(families);
        }
    }

    /** The node stays what it was: its object may be created again, and it runs in any case. */
    @Override
    public void deleteNode(String name) {
        log.atWarn().addKeyValue("node", name).log("Node object was deleted; its last state stays in force");
    }

    @Override
    public void servicesSynced() {
        servicesSynced = true;
        request(families);
    }

    @Override
    public void endpointSlicesSynced() {
        endpointSlicesSynced = true;
        request(families);
    }

    /** From here on kube-proxy's sync loop runs, which counts as an update to begin with. */
    @Override
    public void nodeSynced() {
        nodeSynced = true;
        families.forEach(surroundings.proxyHealth()::updated);
        request(families);
    }

    /**
     * The node's interfaces have these addresses now.
     *
     * @param addresses of all interfaces, loopback included
     */
    public void nodeAddressesChanged(HostAddresses addresses) {
        if (state.interfaceAddresses(addresses)) {
            request(families);
        }
    }

    /** Before the first lists are in nothing can be applied, and so nothing is overdue. */
    private void request(Set<IpFamily> concerned) {
        if (!isReady()) {
            return;
        }
        requested |= !concerned.isEmpty();
        for (IpFamily family : concerned) {
            surroundings.proxyHealth().queued(family);
            surroundings.observer().syncRequested(family);
        }
    }

    /** The node's own addresses, as far as they are known. */
    public NodeIps nodeIps() {
        return state.nodeIps();
    }

    /** Whether the first lists are in, so that {@link #sync} serves what they hold. */
    public boolean isReady() {
        return servicesSynced && endpointSlicesSynced && nodeSynced;
    }

    /** Whether the dataplane has taken over a table. */
    public boolean hasSynced() {
        return delivered;
    }

    /**
     * Makes the dataplane serve what is known now; does nothing when it does so already.
     *
     * @throws RuntimeException when the dataplane does; call again to try again
     */
    public void sync() {
        if (!requested) {
            return;
        }
        long start = surroundings.ticker().nanos();
        surroundings.observer().syncStarted();
        state.apply();
        RoutingTable table = state.table();
        RoutingTableDiff diff = state.diff();
        long decided = surroundings.ticker().nanos();
        if (!delivered || !diff.isEmpty()) {
            surroundings.dataplane().apply(table, diff);
        }
        Duration programming = Duration.ofNanos(surroundings.ticker().nanos() - decided);
        delivered = true;
        requested = false;
        updateServiceHealth();
        state.delivered(surroundings.observer());
        families.forEach(surroundings.proxyHealth()::updated);
        Duration took = Duration.ofNanos(surroundings.ticker().nanos() - start);
        surroundings.observer().syncFinished(took);
        if (!diff.isEmpty()) {
            log.atDebug()
                    .addKeyValue("frontends", table.frontendCount())
                    .addKeyValue("changedFrontends", diff.frontends().size())
                    .addKeyValue("took", took)
                    .addKeyValue("programming", programming)
                    .log("Synced");
        }
    }

    private void updateServiceHealth() {
        for (NamespacedName service : state.applied()) {
            for (IpFamily family : families) {
                ServiceHealth health = surroundings.serviceHealth().get(family);
                if (health != null) {
                    updateServiceHealth(health, service, family);
                }
            }
        }
    }

    private void updateServiceHealth(ServiceHealth health, NamespacedName service, IpFamily family) {
        int port = state.healthCheckNodePort(service, family);
        if (port == 0) {
            health.stop(service);
        } else {
            health.serve(service, port);
            health.localEndpoints(service, state.localReadyCount(service, family));
        }
    }
}
