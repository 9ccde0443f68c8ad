package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ClientIP affinity first, then the Service's scheduler, with exact counts. <em>Thread-safe.</em>
 *
 * <p>Counts are atomic and belong to the endpoint's address, so that neither an update nor another scheduler loses any.
 * There is one lock, and it is needed only with affinity or with a scheduler that is serialized; then a pick, its count
 * and {@link Scheduler#loadChanged} on both lists (an endpoint may be in both) are one step. {@link Ejections} share it.
 *
 * <p>Why no change of load escapes a serialized scheduler that just came into force: who changes a count does so first
 * and reads {@code selection} afterwards; {@link #update} writes {@code selection} first and reads the counts afterwards.
 * Whichever way these cross, one of the two sees the other.
 */
final class SchedulingLoadBalancer implements LoadBalancer {
    private final SchedulerRegistry schedulers;
    private final SchedulingContext context;
    private final AffinityTable affinityTable;
    private final ConnectionCount connections;
    private final SpinningLock lock = new SpinningLock();
    private final AffinityRecords affinity;
    private final EndpointLoads loads = new EndpointLoads();
    private final Ejections ejections;
    private volatile Selection selection;

    SchedulingLoadBalancer(
            SchedulerRegistry schedulers,
            SchedulingContext context,
            AffinityTable affinityTable,
            ConnectionCount connections,
            ServicePort servicePort,
            CategorizedEndpoints endpoints) {
        this.schedulers = schedulers;
        this.context = context;
        this.affinityTable = affinityTable;
        this.connections = connections;
        affinity = new AffinityRecords(affinityTable, lock);
        ejections = new Ejections(context.servicePort(), lock, affinityTable::now, this::loadChanged);
        putInForce(next(null, servicePort, endpoints));
        affinity.timeout(servicePort.affinity().timeout().toNanos());
    }

    @Override
    public Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried) {
        PickRequest request = new PickRequest(client, frontend, tried);
        ejections.letTrialsBegin();
        while (true) {
            Selection now = selection;
            Pick pick = now.isLocked() ? attemptLocked(scope, request) : attempt(now, scope, request);
            if (pick != null) {
                if (now.affine()) {
                    affinityTable.enforceBound();
                }
                return pick;
            }
        }
    }

    private @Nullable Pick attemptLocked(EndpointScope scope, PickRequest request) {
        lock.lock();
        try {
            return attempt(selection, scope, request);
        } finally {
            lock.unlock();
        }
    }

    /** Null when the choice filled up or left meanwhile: look again. */
    private @Nullable Pick attempt(Selection now, EndpointScope scope, PickRequest request) {
        EndpointList list = now.list(scope);
        if (list.candidates().isEmpty()) {
            return new Pick.Nothing(RefuseReason.NO_ENDPOINTS);
        }
        if (!connections.reserve(now.maxConnections())) {
            return new Pick.Nothing(RefuseReason.MAX_CONNECTIONS);
        }
        ListedEndpoint chosen = choose(now, scope, request);
        if (chosen == null || !ejections.admits(chosen.load()) || !chosen.reserve()) {
            connections.release();
            return chosen == null ? new Pick.Nothing(list.refusal(request)) : null;
        }
        if (now.affine()) {
            affinity.pin(request.client().address(), chosen.load());
        }
        loadChanged(chosen.load());
        return new Pick.Picked(new CountedLease(this, chosen, request.client().address()));
    }

    private @Nullable ListedEndpoint choose(Selection now, EndpointScope scope, PickRequest request) {
        ListedEndpoint pinned = now.affine() ? pinned(scope, request.client().address()) : null;
        if (pinned != null && EndpointList.isUsable(pinned, request)) {
            return pinned;
        }
        EndpointList list = now.list(scope);
        Candidate picked = list.scheduler().pick(request);
        return picked == null ? list.lastResort(request) : (ListedEndpoint) picked;
    }

    /** Where affinity wants the client, null also where that endpoint is not in the list in force. */
    private @Nullable ListedEndpoint pinned(EndpointScope scope, IpAddress client) {
        EndpointLoad pinned = affinity.find(client);
        return pinned == null ? null : pinned.in(scope);
    }

    @Override
    public Lease resume(AddressPort endpoint, AddressPort client) {
        ListedEndpoint resumed = loads.resume(endpoint);
        connections.reserve(0);
        loadChanged(resumed.load());
        return new CountedLease(this, resumed, client.address());
    }

    /** To be called after each change of a count, never before. */
    private void loadChanged(EndpointLoad load) {
        if (!selection.isSerialized()) {
            return;
        }
        lock.lock();
        try {
            tell(selection.cluster(), load.inCluster);
            tell(selection.local(), load.inLocal);
        } finally {
            lock.unlock();
        }
    }

    private static void tell(EndpointList list, @Nullable ListedEndpoint changed) {
        if (changed != null && list.scheduler().isSerialized()) {
            list.scheduler().loadChanged(changed);
        }
    }

    void released(EndpointLoad load) {
        load.release();
        connections.release();
        loadChanged(load);
    }

    void connected(EndpointLoad load) {
        ejections.succeeded(load);
    }

    void connectFailed(EndpointLoad load, IpAddress client) {
        load.connectFailed();
        ejections.failed(load);
        if (selection.affine()) {
            affinity.unpin(client, load);
        }
    }

    @Override
    public void update(ServicePort servicePort, CategorizedEndpoints endpoints) {
        putInForce(next(selection, servicePort, endpoints));
        affinity.timeout(servicePort.affinity().timeout().toNanos());
        forgetDeparted();
    }

    /** @param before what is in force, null when nothing is */
    private Selection next(@Nullable Selection before, ServicePort servicePort, CategorizedEndpoints endpoints) {
        SchedulerProvider provider = schedulers.provider(servicePort.options().scheduler());
        Selection kept = before != null && provider.equals(before.provider()) ? before : null;
        int limit = servicePort.options().maxConnectionsPerEndpoint();
        EndpointList cluster =
                list(provider, kept == null ? null : kept.cluster(), loads.listed(endpoints.cluster(), limit));
        EndpointList local = list(provider, kept == null ? null : kept.local(), loads.listed(endpoints.local(), limit));
        return new Selection(
                provider,
                cluster,
                local,
                servicePort.options().maxConnections(),
                !servicePort.affinity().timeout().isZero());
    }

    /**
     * @param before the list until now, null when its scheduler had another name
     */
    private EndpointList list(SchedulerProvider provider, @Nullable EndpointList before, List<Candidate> candidates) {
        if (before == null) {
            return new EndpointList(candidates, provider.create(context, candidates));
        }
        return before.candidates().equals(candidates)
                ? before
                : new EndpointList(candidates, rebuilt(before.scheduler(), candidates));
    }

    private Scheduler rebuilt(Scheduler before, List<Candidate> candidates) {
        if (!before.isSerialized()) {
            return before.rebuilt(candidates);
        }
        return lock.get(() -> before.rebuilt(candidates));
    }

    private void putInForce(Selection next) {
        lock.lock();
        try {
            loads.place(next.cluster(), next.local());
            ejections.endpointsChanged(loads.selectable());
            selection = next;
            next.cluster().forEach(each -> tell(next.cluster(), each));
            next.local().forEach(each -> tell(next.local(), each));
        } finally {
            lock.unlock();
        }
    }

    private void forgetDeparted() {
        if (lock.get(loads::isAnyPinnedInVain)) {
            affinity.removeUnselectable();
        }
        lock.run(loads::retireDeparted);
    }

    @Override
    public PickPreview preview(EndpointScope scope, AddressPort client, Frontend frontend) {
        return lock.get(() -> {
            Selection now = selection;
            EndpointLoad pinned = now.affine() ? affinity.find(client.address()) : null;
            boolean full = now.maxConnections() > 0 && connections.open() >= now.maxConnections();
            PickRequest request = new PickRequest(client, frontend, Set.of());
            return new PickPreviewer(now.provider().name(), now.list(scope), request).preview(full, scope, pinned);
        });
    }

    @Override
    public int active() {
        return loads.active();
    }

    @Override
    public Set<AddressPort> ejected() {
        return ejections.addresses();
    }

    @Override
    public List<EndpointStatus> status() {
        return selection.status();
    }
}
