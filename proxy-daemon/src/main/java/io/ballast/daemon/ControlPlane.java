package io.ballast.daemon;

import io.ballast.core.Proxier;
import io.ballast.core.ProxierSurroundings;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.spi.ObjectSink;
import io.ballast.core.tracking.TrackingSettings;
import io.ballast.daemon.sync.SyncLoop;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.repair.Repairs;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What turns events into tables: the {@link Proxier} with its sync thread, and what must follow the node besides it. The
 * methods of {@link ObjectSink} are thread-safe; the rest is confined to the sync thread or says otherwise.
 */
final class ControlPlane implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);
    /** How soon frontends that failed are tried again, and addresses kept for connections are looked at. */
    private static final Duration TICK = Duration.ofSeconds(3);

    private final Proxier proxier;
    private final LocalClients localClients;
    private final Datapath datapath;
    private final NodeNetwork network;
    private final Consumer<List<IpAddress>> nodeIps;
    private final NodePresence node;
    /** Set by {@link #start}, before the sync thread runs. */
    private @Nullable Turns turns;

    private final SyncLoop loop;
    private volatile boolean synced;
    private volatile boolean nodeListed;

    /** @param nodeIps hears the node's own addresses, the primary one first */
    ControlPlane(
            TrackingSettings tracking,
            ProxierSurroundings surroundings,
            LocalClients localClients,
            Datapath datapath,
            NodeNetwork network,
            Consumer<List<IpAddress>> nodeIps) {
        this.proxier = new Proxier(tracking, surroundings);
        this.localClients = localClients;
        this.datapath = datapath;
        this.network = network;
        this.nodeIps = nodeIps;
        this.node = new NodePresence(tracking.nodeName());
        nodeIps.accept(proxier.nodeIps().addresses());
        this.loop = new SyncLoop(new NodeFollowing(), this::sync, this::tick, TICK);
    }

    /** Where sources deliver. Any thread. */
    ObjectSink sink() {
        return loop;
    }

    /** Whether the source has told of the Node, or that there is none yet. Any thread. */
    boolean isNodeListed() {
        return nodeListed;
    }

    /** Whether a table is in force. Any thread. */
    boolean isSynced() {
        return synced;
    }

    /** @param turns is asked before each sync, and told after it */
    void start(Turns turns) {
        this.turns = turns;
        datapath.interception().repairs().onLoss(() -> loop.post(Repairs.class, this::repair));
        loop.post(NodeNetwork.class, this::networkChanged);
        loop.start();
    }

    /** The node's interfaces changed; any thread. */
    void networkEvent() {
        loop.post(NodeNetwork.class, this::networkChanged);
    }

    /** Whoever serves has ended: asks again whose turn it is. Any thread. */
    void turnMayHaveCome() {
        loop.post(Turns.class, () -> {}); // A sync follows.
    }

    private void networkChanged() {
        boolean changed = network.refresh();
        proxier.nodeAddressesChanged(network.servedAddresses());
        localClients.refresh(changed);
        if (changed && synced) {
            datapath.dataplane().networkChanged();
        }
    }

    private void sync() {
        Turns current = Objects.requireNonNull(turns);
        if (current.mayServe(proxier.isReady())) {
            proxier.sync();
            synced = proxier.hasSynced();
            current.afterSync();
        }
    }

    /** Runs the action on the sync thread and waits for it, for a minute at most. */
    void runAlone(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(done, () -> {
            try {
                action.run();
            } finally {
                done.complete(null);
            }
        });
        try {
            done.get(1, TimeUnit.MINUTES);
        } catch (TimeoutException e) {
            log.atWarn().log("The sync thread does not come to it");
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with a failure", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be called by the action of {@link #runAlone}: it was the last one. */
    void stop() {
        loop.stop();
    }

    private void repair() {
        if (synced) {
            datapath.interception().repairs().repair();
        }
    }

    private void tick() {
        repair();
        datapath.dataplane().retryFailed();
        sync();
    }

    /** When to sync, and what else is to be done then. Called on the sync thread. */
    interface Turns {
        /**
         * Whether it is this process's turn; if not, it is asked again every few seconds.
         *
         * @param ready whether there is something to serve
         */
        boolean mayServe(boolean ready);

        /** After each sync and at least every few seconds. */
        void afterSync();
    }

    @Override
    public void close() {
        loop.close();
    }

    /** Hands everything to the Proxier, and the Node to all who go by it. */
    private final class NodeFollowing implements ObjectSink {
        @Override
        public void upsert(Service service) {
            log.atDebug().addKeyValue("service", service.name()).log("Service added or changed");
            proxier.upsert(service);
        }

        @Override
        public void deleteService(NamespacedName name) {
            log.atDebug().addKeyValue("service", name).log("Service removed");
            proxier.deleteService(name);
        }

        @Override
        public void upsert(EndpointSlice slice) {
            log.atDebug()
                    .addKeyValue("endpointSlice", slice.name())
                    .addKeyValue("endpoints", slice.endpoints().size())
                    .log("EndpointSlice added or changed");
            proxier.upsert(slice);
        }

        @Override
        public void deleteEndpointSlice(NamespacedName name) {
            log.atDebug().addKeyValue("endpointSlice", name).log("EndpointSlice removed");
            proxier.deleteEndpointSlice(name);
        }

        @Override
        public void upsert(Node self) {
            node.found();
            List<IpAddress> before = proxier.nodeIps().addresses();
            proxier.upsert(self);
            List<IpAddress> now = proxier.nodeIps().addresses();
            nodeIps.accept(now);
            localClients.nodeChanged(self);
            if (synced && !now.equals(before)) {
                datapath.dataplane().networkChanged();
            }
        }

        @Override
        public void deleteNode(String name) {
            proxier.deleteNode(name);
        }

        @Override
        public void servicesSynced() {
            proxier.servicesSynced();
        }

        @Override
        public void endpointSlicesSynced() {
            proxier.endpointSlicesSynced();
        }

        @Override
        public void nodeSynced() {
            nodeListed = true;
            node.listed();
            proxier.nodeSynced();
        }
    }
}
