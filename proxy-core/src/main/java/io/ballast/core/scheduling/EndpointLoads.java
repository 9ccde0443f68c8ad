package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The loads of one Service port in one family, by address: of all that are listed, and of those that left with open
 * connections. Changed by the sync thread; {@link #active} from any thread, what is marked so under the lock.
 */
final class EndpointLoads {
    private static final int NOT_LISTED = -1;

    private final Map<AddressPort, EndpointLoad> loads = new ConcurrentHashMap<>();

    /**
     * Candidates with their loads of before.
     *
     * @param limit open connections at which each is full, 0 means none
     */
    List<Candidate> listed(List<Endpoint> endpoints, int limit) {
        List<Candidate> listed = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            EndpointLoad load = loads.computeIfAbsent(endpoint.address(), EndpointLoad::new);
            listed.add(new ListedEndpoint(endpoint, listed.size(), limit, load));
        }
        return List.copyOf(listed);
    }

    /** Counts one more connection of an endpoint that may be in no list. Any thread. */
    ListedEndpoint resume(AddressPort address) {
        EndpointLoad load;
        do { // Refused while it is being retired.
            load = loads.computeIfAbsent(address, EndpointLoad::new);
        } while (!load.reserve(0));
        Endpoint serving = new Endpoint(address, false, true, false, false, 0, Set.of(), Set.of());
        return new ListedEndpoint(serving, NOT_LISTED, 0, load);
    }

    /** Tells each load its place in the new lists. Under the lock. */
    void place(EndpointList cluster, EndpointList local) {
        for (EndpointLoad load : loads.values()) {
            load.inCluster = null;
            load.inLocal = null;
        }
        cluster.forEach(each -> each.load().inCluster = each);
        local.forEach(each -> each.load().inLocal = each);
    }

    /** How many may get connections. Under the lock. */
    int selectable() {
        int selectable = 0;
        for (EndpointLoad load : loads.values()) {
            selectable += load.isSelectable() ? 1 : 0;
        }
        return selectable;
    }

    /** Whether affinity names an endpoint that can no longer be selected. Under the lock. */
    boolean isAnyPinnedInVain() {
        return loads.values().stream().anyMatch(load -> load.affinityRecords > 0 && !load.isSelectable());
    }

    /** Forgets those that are in no list and carry nothing. Under the lock. */
    void retireDeparted() {
        loads.values().removeIf(load -> load.inCluster == null && load.inLocal == null && load.retire());
    }

    int active() {
        return loads.values().stream().mapToInt(EndpointLoad::active).sum();
    }
}
