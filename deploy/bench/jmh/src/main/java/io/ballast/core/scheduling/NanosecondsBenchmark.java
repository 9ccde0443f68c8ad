package io.ballast.core.scheduling;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How all benchmarks here measure, so that their figures compare. JMH's annotations are inherited.
 *
 * <p>Memory is managed as {@code bin/ballast} has it: where the collector marks what was written decides whether event loops
 * that write objects of their own meet in one cache line. Several forks, because each has its objects elsewhere.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 4,
        jvmArgsAppend = {
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-XX:MaxRAMPercentage=40",
            "-XX:MinHeapFreeRatio=20",
            "-XX:MaxHeapFreeRatio=40"
        })
abstract class NanosecondsBenchmark {}
