package io.ballast.netty.tcp;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ServiceOptions;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of one relayed connection: idle timeout, maximum age, deadline of a removed endpoint, lingering. Made only
 * for connections that have any. Confined to the connection's event loop.
 */
final class ConnectionTimers {
    /** Ages differ by this share, so that connections opened together do not end together. */
    private static final double AGE_JITTER = 0.1;

    /** How long we wait for FINs after we sent ours on our own account. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final TcpConnection connection;
    private final LoopConnections home;
    private @Nullable Future<?> idle;
    private @Nullable Future<?> age;
    private @Nullable Future<?> removal;
    private @Nullable Future<?> linger;
    private long idleNanos;
    private long lastActivityNanos;

    ConnectionTimers(TcpConnection connection, LoopConnections home) {
        this.connection = connection;
        this.home = home;
    }

    static boolean needed(ServiceOptions options) {
        return !options.idleTimeout().isZero() || !options.maxConnectionAge().isZero();
    }

    void start(ServiceOptions options) {
        if (!options.idleTimeout().isZero()) {
            idleNanos = options.idleTimeout().toNanos();
            lastActivityNanos = home.nanos();
            idle = schedule(this::checkIdle, idleNanos);
        }
        if (!options.maxConnectionAge().isZero()) {
            double share = 1 + ThreadLocalRandom.current().nextDouble(-AGE_JITTER, AGE_JITTER);
            long nanos = (long) (options.maxConnectionAge().toNanos() * share);
            age = schedule(() -> connection.end(CloseReason.MAX_AGE), nanos);
        }
    }

    /** Bytes moved. */
    void touch() {
        if (idleNanos > 0) {
            lastActivityNanos = home.nanos();
        }
    }

    /** Armed once per period and not once per read: a busy connection costs one task per timeout. */
    private void checkIdle() {
        long left = idleNanos - (home.nanos() - lastActivityNanos);
        if (left <= 0) {
            connection.end(CloseReason.IDLE);
        } else {
            idle = schedule(this::checkIdle, left);
        }
    }

    /** The endpoint left its Service: reset when this much time has passed. */
    void resetAfter(Duration delay) {
        if (removal == null) {
            removal = schedule(() -> connection.close(CloseReason.ENDPOINT_REMOVED, true), delay.toNanos());
        }
    }

    /** FINs were sent to both sides: closes when theirs do not come. */
    void linger(CloseReason reason) {
        linger = schedule(() -> connection.close(reason, false), LINGER.toNanos());
    }

    /** The endpoint came back. */
    void keepAfterAll() {
        cancel(removal);
        removal = null;
    }

    void cancelAll() {
        cancel(idle);
        cancel(age);
        cancel(removal);
        cancel(linger);
    }

    private Future<?> schedule(Runnable task, long nanos) {
        return home.loop().schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private static void cancel(@Nullable Future<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }
}
