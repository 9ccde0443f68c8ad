package io.ballast.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemons of one process in a pod, each of which is started when the one before it has handed over to another process:
 * it stands by, follows all changes, and serves once that process has died. Meanwhile the one before it relays its open
 * connections to their end. Thread-safe.
 */
final class Generations {
    private static final Logger log = LoggerFactory.getLogger(Generations.class);

    private final Callable<? extends Generation> opener;
    private final boolean standsBy;
    private final IntConsumer exit;
    private final List<Thread> draining = new ArrayList<>();
    private @Nullable Generation latest;
    private boolean ending;

    /**
     * @param opener of a further daemon, as the first one was opened
     * @param standsBy whether this process goes on once it has handed over; otherwise it drains and ends
     * @param exit hears the exit code when the process is to end
     */
    Generations(Callable<? extends Generation> opener, boolean standsBy, IntConsumer exit) {
        this.opener = opener;
        this.standsBy = standsBy;
        this.exit = exit;
    }

    /** The daemon serves, or stands by, from now on. */
    synchronized void start(Generation daemon) {
        if (ending) {
            daemon.close();
            return;
        }
        latest = daemon;
        daemon.join(standsBy ? () -> begin("stand-in", () -> follow(daemon)) : () -> exit.accept(0));
        daemon.start();
    }

    /** The daemon has handed over; unless the process is to end, the next one stands by. */
    private synchronized void follow(Generation handedOver) {
        draining.removeIf(thread -> !thread.isAlive());
        if (ending) {
            return; // It drains already.
        }
        latest = null;
        draining.add(begin("drain", handedOver::drain));
        try {
            start(opener.call());
        } catch (Exception e) {
            log.atError().setCause(e).log("Cannot stand by for the successor; ending, to be started again");
            exit.accept(1);
        }
    }

    private static Thread begin(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Ends all of them, each of which drains; returns once they have ended. */
    void drain() {
        List<Thread> others;
        Generation last;
        synchronized (this) {
            ending = true;
            others = List.copyOf(draining);
            last = latest;
        }
        if (last != null) {
            last.drain();
        }
        for (Thread other : others) {
            try {
                other.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
