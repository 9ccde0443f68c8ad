package io.ballast.core.scheduling;

import io.ballast.core.model.Endpoint;

/**
 * An endpoint's place in one list, as of one update. <em>Immutable</em>, but for its load.
 *
 * @param limit open connections at which it is full, 0 means none
 */
record ListedEndpoint(Endpoint endpoint, int index, int limit, EndpointLoad load) implements Candidate {
    @Override
    public int active() {
        return load.active();
    }

    @Override
    public boolean isFull() {
        return isAtLimit() || load.isEjected();
    }

    boolean isAtLimit() {
        return limit > 0 && load.active() >= limit;
    }

    boolean reserve() {
        return load.reserve(limit);
    }

    LoadBalancer.EndpointStatus status() {
        return new LoadBalancer.EndpointStatus(
                endpoint.address(), endpoint.weight(), load.active(), load.opened(), load.failed(), load.isEjected());
    }
}
