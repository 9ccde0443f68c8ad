package io.ballast.core.scheduling;

import io.ballast.core.model.Endpoint;
import io.ballast.core.model.IpAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** One counted connection. <em>Thread-safe.</em> */
final class CountedLease implements Lease {
    private static final int FAILED = 1;
    private static final int RELEASED = 2;

    private final SchedulingLoadBalancer owner;
    private final ListedEndpoint picked;
    private final IpAddress client;
    private final AtomicInteger done = new AtomicInteger();

    CountedLease(SchedulingLoadBalancer owner, ListedEndpoint picked, IpAddress client) {
        this.owner = owner;
        this.picked = picked;
        this.client = client;
    }

    @Override
    public Endpoint endpoint() {
        return picked.endpoint();
    }

    @Override
    public void connected() {
        owner.connected(picked.load());
    }

    @Override
    public void connectFailed() {
        if (isFirst(FAILED)) {
            owner.connectFailed(picked.load(), client);
        }
    }

    @Override
    public void release() {
        if (isFirst(RELEASED)) {
            owner.released(picked.load());
        }
    }

    private boolean isFirst(int step) {
        return (done.getAndUpdate(steps -> steps | step) & step) == 0;
    }
}
