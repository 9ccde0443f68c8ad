package io.ballast.core.tracking;

import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.ServicePort;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.scheduling.LoadBalancerFactory;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.spi.WarningListener;
import io.ballast.core.topology.NodeTopology;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that is known of the cluster and the node, and the table that follows from it. Events only note what changed;
 * {@link #apply} brings the table up to date. <em>Confined to the sync thread.</em>
 */
public final class ClusterState {
    private static final Logger log = LoggerFactory.getLogger(ClusterState.class);

    private final TrackingSettings settings;
    private final ServiceChangeTracker services;
    private final EndpointSliceCache slices;
    private final TriggerTimes triggerTimes;
    private final TableBuilder builder;

    private NodeIps nodeIps;
    private HostAddresses interfaceAddresses = HostAddresses.NONE;
    private NodeTopology topology;
    private boolean topologyChanged;
    /** Services applied since the dataplane took over a table. */
    private Set<NamespacedName> applied = new LinkedHashSet<>();

    public ClusterState(
            TrackingSettings settings, LoadBalancerFactory balancers, WarningListener warnings, InstantSource clock) {
        this.settings = settings;
        services = new ServiceChangeTracker(new ServiceReader(settings), warnings);
        triggerTimes = new TriggerTimes(clock);
        slices = new EndpointSliceCache(new SliceReader(settings.nodeName(), settings.families()), triggerTimes);
        builder = new TableBuilder(slices, balancers, warnings);
        nodeIps = NodeIps.detect(null, settings.bindAddress());
        topology = new NodeTopology(settings.nodeName(), "");
    }

    public ServiceChangeTracker services() {
        return services;
    }

    public EndpointSliceCache slices() {
        return slices;
    }

    /** Whether the table depends on what changed of the Node. */
    public boolean upsert(Node node) {
        NodeIps oldIps = nodeIps;
        nodeIps = NodeIps.detect(node, settings.bindAddress());
        NodeTopology oldTopology = topology;
        topology = new NodeTopology(settings.nodeName(), node.zone());
        topologyChanged |= !topology.equals(oldTopology);
        if (!nodeIps.equals(oldIps)) {
            selectNodePortAddresses();
        }
        return !topology.equals(oldTopology) || !nodeIps.equals(oldIps);
    }

    public NodeIps nodeIps() {
        return nodeIps;
    }

    /** Whether the addresses of the node's interfaces are others than before. */
    public boolean interfaceAddresses(HostAddresses addresses) {
        if (addresses.equals(interfaceAddresses)) {
            return false;
        }
        interfaceAddresses = addresses;
        selectNodePortAddresses();
        return true;
    }

    private void selectNodePortAddresses() {
        builder.nodePortAddresses(interfaceAddresses.owning(nodeIps.toSet()).filter(ip -> settings.nodePorts()
                .accepts(ip, nodeIps.of(ip.family()))));
    }

    /** Brings the table up to date. What it costs depends on what changed since the last call. */
    public void apply() {
        Map<NamespacedName, List<ServicePort>> changed = services.takePending();
        Set<NamespacedName> concerned = slices.takeChanged();
        if (topologyChanged) {
            concerned.addAll(services.names());
            topologyChanged = false;
        }
        concerned.removeAll(changed.keySet());
        changed.forEach(this::apply);
        concerned.forEach(name -> apply(name, services.ports(name)));
        builder.settle();
        applied.addAll(changed.keySet());
        applied.addAll(concerned);
    }

    /** A defect that one Service brings to light must not cost the others. */
    private void apply(NamespacedName name, List<ServicePort> before) {
        try {
            builder.apply(before, services.ports(name), topology);
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("service", name).log("Service could not be applied");
        }
    }

    public RoutingTable table() {
        return builder.table();
    }

    /** What changed since {@link #delivered}. */
    public RoutingTableDiff diff() {
        return builder.diff();
    }

    /** Services that were applied since {@link #delivered}. */
    public Set<NamespacedName> applied() {
        return applied;
    }

    /** The dataplane serves the table as it is now. */
    public void delivered(SyncObserver observer) {
        builder.delivered();
        applied = new LinkedHashSet<>();
        builder.report(settings.families(), observer);
        triggerTimes.programmed(observer);
    }

    /** The Service's health check port in this family, 0 when it has none. */
    public int healthCheckNodePort(NamespacedName service, IpFamily family) {
        int port = 0;
        for (ServicePort each : services.ports(service)) {
            port = each.family() == family ? Math.max(port, each.healthCheckNodePort()) : port;
        }
        return port;
    }

    /** Distinct addresses of the Service's ready endpoints on this node. */
    public int localReadyCount(NamespacedName service, IpFamily family) {
        return slices.localReadyCount(service, family);
    }
}
