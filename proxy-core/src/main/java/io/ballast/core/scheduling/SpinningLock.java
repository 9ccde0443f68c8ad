package io.ballast.core.scheduling;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A lock for steps of well below a microsecond: who finds it taken looks again a little later, and sleeps only when that
 * was in vain for some ten microseconds, because its holder must have lost its processor. <em>Thread-safe,
 * reentrant.</em>
 *
 * <p>The pauses are longer than such a step, on purpose. A step costs little where the memory it needs is in the cache
 * of its own processor, and several times that where the other processor wrote it last. Two event loops that took strict
 * turns would always meet the second case; with pauses, each makes a few steps before the other's turn comes.
 */
final class SpinningLock {
    /** In calls of {@link Thread#onSpinWait}, which take 5 to 50 nanoseconds each, depending on the processor. */
    private static final int SHORTEST_PAUSE = 128;

    private static final int LONGEST_PAUSE = 1024;

    private final ReentrantLock lock = new ReentrantLock();

    void lock() {
        for (int pause = SHORTEST_PAUSE; pause <= LONGEST_PAUSE; pause *= 2) {
            if (lock.tryLock()) {
                return;
            }
            pause(pause);
        }
        lock.lock();
    }

    private static void pause(int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }

    void unlock() {
        lock.unlock();
    }

    /** For what is not on every connection's way, as {@link #get}. */
    void run(Runnable step) {
        lock();
        try {
            step.run();
        } finally {
            unlock();
        }
    }

    <T> T get(Supplier<T> step) {
        lock();
        try {
            return step.get();
        } finally {
            unlock();
        }
    }
}
