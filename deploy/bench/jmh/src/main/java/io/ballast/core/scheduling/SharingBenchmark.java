package io.ballast.core.scheduling;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * What this machine asks for memory that all event loops write, without any scheduling: the floor under {@code
 * SchedulerBenchmark.contended} of schedulers that share a counter or a lock.
 */
@State(Scope.Benchmark)
public class SharingBenchmark extends NanosecondsBenchmark {
    private final AtomicLong counter = new AtomicLong();
    private final Object lock = new Object();
    private final SpinningLock spinningLock = new SpinningLock();
    private long guarded;

    @Benchmark
    @Threads(1)
    public long counterAlone() {
        return counter.getAndIncrement();
    }

    @Benchmark
    @Threads(Threads.MAX)
    public long counterContended() {
        return counter.getAndIncrement();
    }

    @Benchmark
    @Threads(1)
    public long lockAlone() {
        synchronized (lock) {
            return guarded++;
        }
    }

    @Benchmark
    @Threads(Threads.MAX)
    public long lockContended() {
        synchronized (lock) {
            return guarded++;
        }
    }

    @Benchmark
    @Threads(1)
    public long spinningLockAlone() {
        return spinningStep();
    }

    @Benchmark
    @Threads(Threads.MAX)
    public long spinningLockContended() {
        return spinningStep();
    }

    private long spinningStep() {
        spinningLock.lock();
        try {
            return guarded++;
        } finally {
            spinningLock.unlock();
        }
    }
}
