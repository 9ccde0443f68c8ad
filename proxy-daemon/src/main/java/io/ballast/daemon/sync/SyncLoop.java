package io.ballast.daemon.sync;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.spi.ObjectSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sync thread with its inbox. Events for one object that arrive before they are handled collapse to the last one, so
 * the inbox never holds more than one event an object; a batch ends with one sync. <em>Thread-safe</em>; everything it
 * calls is called on its own thread.
 *
 * <p>kube-proxy waits {@code minSyncPeriod} between syncs because each rewrites kernel tables. A sync here costs what
 * changed, so it starts at once and what arrives meanwhile forms the next batch.
 */
public final class SyncLoop implements ObjectSink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SyncLoop.class);

    private final ObjectSink target;
    private final Runnable sync;
    private final Runnable tick;
    private final Duration tickPeriod;
    private final Thread thread = new Thread(this::run, "sync");
    private final Object lock = new Object();
    /** What to do, by the object it concerns. Guarded by {@link #lock}. */
    private Map<Object, Runnable> inbox = new LinkedHashMap<>();

    private boolean closed;
    private boolean stopped;

    /**
     * @param target is told of every object
     * @param sync runs after each batch
     * @param tick runs every {@code tickPeriod}, for what has to be tried again
     */
    public SyncLoop(ObjectSink target, Runnable sync, Runnable tick, Duration tickPeriod) {
        this.target = target;
        this.sync = sync;
        this.tick = tick;
        this.tickPeriod = tickPeriod;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void upsert(Service service) {
        post(new Subject("Service", service.name()), () -> target.upsert(service));
    }

    @Override
    public void deleteService(NamespacedName name) {
        post(new Subject("Service", name), () -> target.deleteService(name));
    }

    @Override
    public void upsert(EndpointSlice slice) {
        post(new Subject("EndpointSlice", slice.name()), () -> target.upsert(slice));
    }

    @Override
    public void deleteEndpointSlice(NamespacedName name) {
        post(new Subject("EndpointSlice", name), () -> target.deleteEndpointSlice(name));
    }

    @Override
    public void upsert(Node node) {
        post(new Subject("Node", node.name()), () -> target.upsert(node));
    }

    @Override
    public void deleteNode(String name) {
        post(new Subject("Node", name), () -> target.deleteNode(name));
    }

    @Override
    public void servicesSynced() {
        post("servicesSynced", target::servicesSynced);
    }

    @Override
    public void endpointSlicesSynced() {
        post("endpointSlicesSynced", target::endpointSlicesSynced);
    }

    @Override
    public void nodeSynced() {
        post("nodeSynced", target::nodeSynced);
    }

    /**
     * Runs an action on the sync thread, followed by a sync.
     *
     * @param subject actions for one subject collapse to the last
     */
    public void post(Object subject, Runnable action) {
        synchronized (lock) {
            inbox.put(subject, action);
            lock.notifyAll();
        }
    }

    private void run() {
        long nextTick = System.nanoTime() + tickPeriod.toNanos();
        while (true) {
            List<Runnable> batch = awaitBatch(nextTick);
            if (batch == null) {
                return;
            }
            if (!batch.isEmpty()) {
                batch.forEach(SyncLoop::guarded);
            }
            if (isStopped()) {
                return;
            }
            if (!batch.isEmpty()) {
                guarded(sync);
            }
            if (System.nanoTime() - nextTick >= 0) {
                guarded(tick);
                nextTick = System.nanoTime() + tickPeriod.toNanos();
            }
        }
    }

    /** All that is in the inbox, nothing when the next tick is due first, null when closed. */
    private @Nullable List<Runnable> awaitBatch(long nextTick) {
        synchronized (lock) {
            while (inbox.isEmpty() && !closed) {
                long millis = (nextTick - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return List.of();
                }
                try {
                    lock.wait(millis);
                } catch (InterruptedException e) {
                    closed = true;
                }
            }
            if (closed) {
                return null;
            }
            List<Runnable> batch = new ArrayList<>(inbox.values());
            inbox = new LinkedHashMap<>();
            return batch;
        }
    }

    /** One object's trouble must not cost the others: it is logged, and the rest of the batch goes on. */
    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("Sync step failed; the table keeps what it had");
        }
    }

    /** Ends the thread with this action, which is running on it: nothing is synced any more. */
    public void stop() {
        synchronized (lock) {
            closed = true;
            stopped = true;
        }
    }

    private boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }

    /** Ends the thread after the batch it is in; what is in the inbox is dropped. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Subject(String kind, Object name) {}
}
