package io.ballast.core.scheduling;

import io.ballast.core.model.RefuseReason;
import java.util.List;
import java.util.function.Consumer;

/** One of the two lists of a Service port with the scheduler that picks from it. <em>Immutable.</em> */
record EndpointList(List<Candidate> candidates, Scheduler scheduler) {
    void forEach(Consumer<ListedEndpoint> action) {
        for (Candidate candidate : candidates) {
            action.accept((ListedEndpoint) candidate);
        }
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
