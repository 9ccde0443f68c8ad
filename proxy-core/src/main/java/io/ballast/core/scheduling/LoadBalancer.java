package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.ServicePort;
import io.ballast.core.topology.CategorizedEndpoints;
import java.util.List;
import java.util.Set;

/**
 * Picks endpoints for one Service port in one family and counts what they carry. It outlives syncs, so turns, counts
 * and affinity survive updates. <em>Thread-safe</em>: {@link #acquire} and lease methods from any thread,
 * {@link #update} from the sync thread.
 */
public interface LoadBalancer {
    /**
     * Picks an endpoint by affinity, else by the Service's scheduler, and counts the connection at once.
     *
     * @param tried endpoints that this connection failed to reach before; never picked. Release the lease of a failed
     *     attempt before asking again, or it counts against the limits
     */
    Pick acquire(EndpointScope scope, AddressPort client, Frontend frontend, Set<AddressPort> tried);

    /** What {@link #acquire} would answer now for a client's first attempt. Changes no count, no affinity, no turn. */
    default PickPreview preview(EndpointScope scope, AddressPort client, Frontend frontend) {
        return PickPreview.UNKNOWN;
    }

    /**
     * Counts a session that an earlier process opened, whatever the limits say. Its endpoint serves, which is not to say
     * that it is a candidate.
     */
    default Lease resume(AddressPort endpoint, AddressPort client) {
        throw new UnsupportedOperationException("counts no sessions of others");
    }

    /** Takes over new facts and endpoints; open leases keep counting on the endpoints that stay. */
    void update(ServicePort servicePort, CategorizedEndpoints endpoints);

    /** Open connections and sessions of all endpoints, those that left included. */
    int active();

    /** Those that are set aside now because connects to them failed. */
    default Set<AddressPort> ejected() {
        return Set.of();
    }

    /** Load of every current endpoint, in list order, for display. */
    List<EndpointStatus> status();

    /**
     * One endpoint's load at an instant.
     *
     * @param active open connections and sessions
     * @param opened picks since the endpoint was first seen
     * @param failed connect failures since then
     * @param ejected set aside for a while because connects failed
     */
    record EndpointStatus(AddressPort address, int weight, int active, long opened, long failed, boolean ejected) {}
}
