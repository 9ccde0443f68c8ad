package io.ballast.core.scheduling;

import java.util.concurrent.atomic.AtomicInteger;

/** Open connections and sessions of one Service port on this node, both families together. <em>Thread-safe.</em> */
final class ConnectionCount {
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Counts one more unless there are that many.
     *
     * @param limit 0 means none
     */
    boolean reserve(int limit) {
        if (limit == 0) {
            open.getAndIncrement();
            return true;
        }
        while (true) {
            int now = open.get();
            if (now >= limit) {
                return false;
            }
            if (open.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void release() {
        open.getAndDecrement();
    }

    int open() {
        return open.get();
    }
}
