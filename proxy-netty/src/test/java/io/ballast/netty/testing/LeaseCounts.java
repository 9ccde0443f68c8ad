package io.ballast.netty.testing;

import io.ballast.core.model.Endpoint;
import io.ballast.core.scheduling.Lease;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Leases of a balancer for tests, and what became of them. Thread-safe. */
public final class LeaseCounts {
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    /** A new lease; it counts as active until its first release. */
    public Lease open(Endpoint endpoint) {
        active.incrementAndGet();
        return new CountedLease(endpoint);
    }

    public int active() {
        return active.get();
    }

    /** How often a lease was reported as failed. */
    public int failures() {
        return failures.get();
    }

    private final class CountedLease implements Lease {
        private final Endpoint endpoint;
        private final AtomicBoolean released = new AtomicBoolean();

        CountedLease(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public void connected() {}

        @Override
        public void connectFailed() {
            failures.incrementAndGet();
        }

        @Override
        public void release() {
            if (released.compareAndSet(false, true)) {
                active.decrementAndGet();
            }
        }
    }
}
