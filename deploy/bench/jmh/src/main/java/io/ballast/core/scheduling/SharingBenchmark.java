package io.ballast.core.scheduling;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What this machine asks for memory that all event loops write, without any scheduling: the floor under {@code
 * SchedulerBenchmark.contended} of schedulers that share a counter or a lock.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SharingBenchmark {
    private final AtomicLong counter = new AtomicLong();
    private final Object lock = new Object();
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
}
