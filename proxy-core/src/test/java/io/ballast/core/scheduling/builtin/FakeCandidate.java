package io.ballast.core.scheduling.builtin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.IpAddress;
import io.ballast.core.scheduling.Candidate;
import java.util.Set;

/** A candidate whose load the test sets. */
final class FakeCandidate implements Candidate {
    private final Endpoint endpoint;
    private final int index;
    int active;
    int limit = Integer.MAX_VALUE;

    FakeCandidate(AddressPort address, int weight, int index) {
        this.endpoint = new Endpoint(address, true, true, false, false, weight, Set.of(), Set.of());
        this.index = index;
    }

    /** The n-th of 16 million test addresses. */
    static AddressPort address(int number) {
        return new AddressPort(IpAddress.ofIpv4((10 << 24) | number), 8080);
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public int active() {
        return active;
    }

    @Override
    public boolean isFull() {
        return active >= limit;
    }

    @Override
    public String toString() {
        return address() + " weight " + weight() + " active " + active + (isFull() ? " full" : "");
    }
}
