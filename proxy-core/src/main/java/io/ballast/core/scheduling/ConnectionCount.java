package io.ballast.core.scheduling;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Open connections and sessions of one Service port on this node, both families together. <em>Thread-safe.</em>
 *
 * <p>Without a limit nobody needs the exact number, so event loops count side by side. With one, all that is added goes
 * through one counter, and what ends meanwhile only makes the sum smaller: nobody is let in beyond the limit.
 */
final class ConnectionCount {
    private final LongAdder sideBySide = new LongAdder();
    private final AtomicLong underLimit = new AtomicLong();

    /**
     * Counts one more unless there are that many.
     *
     * @param limit 0 means none
     */
    boolean reserve(int limit) {
        if (limit == 0) {
            sideBySide.increment();
            return true;
        }
        while (true) {
            long now = underLimit.get();
            if (now + sideBySide.sum() >= limit) {
                return false;
            }
            if (underLimit.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void release() {
        sideBySide.decrement();
    }

    long open() {
        return underLimit.get() + sideBySide.sum();
    }
}
