package io.ballast.core.scheduling;

import io.ballast.core.model.RefuseReason;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of the two lists of a Service port with the scheduler that picks from it. <em>Immutable.</em> */
record EndpointList(List<Candidate> candidates, Scheduler scheduler) {
    void forEach(Consumer<ListedEndpoint> action) {
        for (Candidate candidate : candidates) {
            action.accept((ListedEndpoint) candidate);
        }
    }

    /**
     * For a connection that no other endpoint can take: the one with the fewest connections of those that are set aside
     * and might after all answer.
     */
    @Nullable
    ListedEndpoint lastResort(PickRequest request) {
        ListedEndpoint best = null;
        for (Candidate candidate : candidates) {
            ListedEndpoint each = (ListedEndpoint) candidate;
            boolean mayBeTried = each.load().isEjected() && isUsable(each, request);
            if (mayBeTried && (best == null || each.active() < best.active())) {
                best = each;
            }
        }
        return best;
    }

    /** Whether it may be used where it does not matter that it is set aside. */
    static boolean isUsable(ListedEndpoint endpoint, PickRequest request) {
        return endpoint.weight() > 0 && !endpoint.isAtLimit() && !request.hasTried(endpoint);
    }

    /** Why the scheduler found nobody. */
    RefuseReason refusal(PickRequest request) {
        if (candidates.isEmpty()) {
            return RefuseReason.NO_ENDPOINTS;
        }
        boolean anyWeight = false;
        for (Candidate candidate : candidates) {
            anyWeight |= candidate.weight() > 0;
            if (candidate.weight() > 0 && !request.hasTried(candidate)) {
                return RefuseReason.ENDPOINTS_FULL;
            }
        }
        return anyWeight ? RefuseReason.CONNECT_FAILED : RefuseReason.NO_WEIGHT;
    }
}
