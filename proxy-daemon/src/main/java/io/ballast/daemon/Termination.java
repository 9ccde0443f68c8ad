package io.ballast.daemon;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the process ends: on SIGTERM or SIGINT, or when the program asks, it drains first and then ends with the exit code
 * of the program's choice. The JVM alone would end with 143 after SIGTERM, which supervisors take for a failure.
 *
 * <p>Thread-safe. One instance at a time.
 */
public final class Termination implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Termination.class);
    private static final int UNDECIDED = -1;
    private static final int DRAIN_FAILED = 1;

    private final Duration limit;
    private final Runnable drain;
    private final Thread hook = new Thread(this::drainAndHalt, "termination");
    private final AtomicInteger exitCode = new AtomicInteger(UNDECIDED);

    private Termination(Duration limit, Runnable drain) {
        this.limit = limit;
        this.drain = drain;
    }

    /**
     * Takes over the end of the process.
     *
     * @param limit how long draining may take at most; beyond it the process ends with exit code 1
     * @param drain called once, on a thread of its own; returns when the process may end
     */
    public static Termination install(Duration limit, Runnable drain) {
        Termination termination = new Termination(limit, drain);
        Runtime.getRuntime().addShutdownHook(termination.hook);
        return termination;
    }

    /**
     * Ends the process as a signal would, with this exit code; returns at once. A signal or an earlier call that came
     * first keeps its exit code.
     */
    public void end(int code) {
        if (exitCode.compareAndSet(UNDECIDED, code)) {
            // exit() does not return while hooks run, so it must not be called from a thread that draining waits for.
            Thread exit = new Thread(() -> Runtime.getRuntime().exit(code), "exit");
            exit.setDaemon(true);
            exit.start();
        }
    }

    private void drainAndHalt() {
        exitCode.compareAndSet(UNDECIDED, 0);
        Runtime.getRuntime().halt(isDrained() ? exitCode.get() : DRAIN_FAILED);
    }

    private boolean isDrained() {
        AtomicBoolean done = new AtomicBoolean();
        Thread drainer = new Thread(
                () -> {
                    drain.run();
                    done.set(true);
                },
                "drain");
        drainer.setUncaughtExceptionHandler(
                (thread, failure) -> log.atError().setCause(failure).log("Draining failed"));
        drainer.start();
        try {
            drainer.join(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (drainer.isAlive()) {
            log.atError().addKeyValue("limit", limit).log("Draining took too long");
        }
        return done.get();
    }

    /** Gives the end of the process back to the JVM, unless it has begun. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            log.atTrace().setCause(ending).log("Process is ending already");
        }
    }
}
