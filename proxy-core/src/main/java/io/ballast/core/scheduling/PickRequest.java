package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import java.util.Set;

/**
 * One new connection that needs an endpoint. <em>Immutable.</em>
 *
 * @param client where it comes from
 * @param frontend what it dialled
 * @param tried endpoints it failed to reach before
 */
public record PickRequest(AddressPort client, Frontend frontend, Set<AddressPort> tried) {
    public boolean hasTried(Candidate candidate) {
        return !tried.isEmpty() && tried.contains(candidate.address());
    }

    /** Whether this endpoint may be picked for this connection now. */
    public boolean accepts(Candidate candidate) {
        return candidate.weight() > 0 && !candidate.isFull() && !hasTried(candidate);
    }
}
