package io.ballast.daemon.k8s;

import io.ballast.core.model.Durations;
import io.ballast.core.spi.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Clock, randomness and limits of a reflector, in one place for tests to replace. <em>Immutable.</em>
 *
 * @param pause sleeps, or pretends to
 * @param backoffFirst, backoffLimit see {@link Backoff}; the limit is that for lists
 * @param cheapLimit the limit for what {@link RetryWaits} calls cheap; the kubelet asks as often (its lease, every 7 s)
 * @param answerLimit until the server begins to answer
 * @param listIdle pause within a list
 * @param watchLength shortest length asked of a watch; up to twice that, at random, as client-go
 * @param bookmarkIdle silence on a watch after which it is opened anew, once the server was seen to send bookmarks,
 *     which it does every minute
 * @param shortWatch a watch that ended sooner counts as a failure, as with client-go, or a server that drops watches
 *     would be stormed
 * @param steadyWatch a watch that lasted as long shows that the lists before it were worth their cost
 */
record WatchTiming(
        Ticker ticker,
        RandomGenerator random,
        Pause pause,
        Duration backoffFirst,
        Duration backoffLimit,
        Duration cheapLimit,
        Duration answerLimit,
        Duration listIdle,
        Duration watchLength,
        Duration bookmarkIdle,
        Duration shortWatch,
        Duration steadyWatch) {

    /** Waits; throws when the thread is interrupted. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration duration) throws InterruptedException;
    }

    static WatchTiming standard() {
        return new WatchTiming(
                Ticker.system(),
                RandomGenerator.getDefault(),
                duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()),
                Duration.ofMillis(800),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                Duration.ofSeconds(150),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5));
    }

    Backoff listBackoff() {
        return new Backoff(random, backoffFirst, backoffLimit);
    }

    Backoff cheapBackoff() {
        return new Backoff(random, backoffFirst, cheapLimit);
    }

    /**
     * What to wait when a server names a time, at random up to half as long again: client-go comes back at that very
     * instant, with all other nodes. But no longer than {@link #listBackoff} may: a load balancer before the API may name
     * hours of maintenance, which client-go sleeps through, and endpoints change meanwhile.
     */
    Duration asked(Duration retryAfter) {
        Duration wait = Durations.shorter(retryAfter, backoffLimit);
        return wait.plusNanos(random.nextLong(wait.toNanos() / 2));
    }

    /** The length to ask of one watch. */
    Duration nextWatchLength() {
        return watchLength.plusNanos(random.nextLong(watchLength.toNanos()));
    }
}
