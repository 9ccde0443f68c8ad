package io.ballast.daemon.k8s;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.spi.Ticker;
import io.ballast.core.spi.WarningListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Tells users what concerns their objects, as {@code events.k8s.io/v1} Events: repetitions make a series, the rate is
 * limited, and a caller never waits; what does not fit the queue is dropped and counted. Thread-safe.
 */
public final class EventRecorder implements WarningListener, AutoCloseable {
    private static final int QUEUE = 1000;
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(30);
    private static final long STOP_MILLIS = 2000;
    private static final long LOOK_AGAIN_NANOS = 10_000_000;
    private static final String SERVE = "ServeFrontend";
    private static final String READ = "ReadObject";
    /** What was being done when it happened; upstream's word where it has one. */
    private static final Map<String, String> ACTIONS = Map.of(
            "FailedToStartServiceHealthcheck", "Listen",
            "FrontendFailed", SERVE,
            "FrontendConflict", SERVE);

    private record Occurrence(ClusterEvent event, Instant time) {}

    private final BlockingQueue<Occurrence> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    /** Accepted, and not dealt with yet. */
    private final AtomicLong unwritten = new AtomicLong();

    private final EventSeries series = new EventSeries();
    private final EventWriter writer;
    private final String nodeName;
    private final Function<NamespacedName, String> serviceUid;
    private final InstantSource clock;
    private final Thread thread = new Thread(this::run, "ballast-events");

    /**
     * @param serviceUid of a Service, "" when it is not known; see {@link KubernetesSource#serviceUid}
     */
    public EventRecorder(
            ApiConnection api, ClientSettings settings, String nodeName, Function<NamespacedName, String> serviceUid) {
        this(
                nodeName,
                serviceUid,
                new EventWriter(
                        api,
                        nodeName,
                        duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()),
                        new TokenBucket(Ticker.system(), settings.qps(), settings.burst())),
                InstantSource.system());
    }

    EventRecorder(
            String nodeName, Function<NamespacedName, String> serviceUid, EventWriter writer, InstantSource clock) {
        this.nodeName = nodeName;
        this.serviceUid = serviceUid;
        this.writer = writer;
        this.clock = clock;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** A Warning on a Service. */
    @Override
    public void warn(NamespacedName service, String reason, String message) {
        String known = serviceUid.apply(service);
        String uid = known.isEmpty() ? service.toString() : known;
        String action = ACTIONS.getOrDefault(reason, READ);
        offer(new ClusterEvent("Warning", "Service", service, uid, reason, action, message));
    }

    /** The Normal event that kube-proxy writes on its Node when it starts. */
    public void starting() {
        offer(node("Normal", "Starting", "StartKubeProxy", ""));
    }

    /** A Warning on the Node. */
    public void warnNode(String reason, String action, String message) {
        offer(node("Warning", reason, action, message));
    }

    /** As upstream, the uid is the Node's name: it is known before the Node object is. */
    private ClusterEvent node(String type, String reason, String action, String note) {
        return new ClusterEvent(type, "Node", new NamespacedName("", nodeName), nodeName, reason, action, note);
    }

    /** Events that were neither written nor will be. */
    public long dropped() {
        return dropped.get();
    }

    /** Requests that wrote an Event or its series. */
    public long written() {
        return written.get();
    }

    private void offer(ClusterEvent event) {
        unwritten.incrementAndGet();
        if (!queue.offer(new Occurrence(event, clock.instant()))) {
            unwritten.decrementAndGet();
            dropped.incrementAndGet();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Occurrence next = queue.poll(HOUSEKEEPING.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    write(series.observe(next.event(), next.time()));
                    unwritten.decrementAndGet();
                }
                write(series.due(clock.instant()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Iterable<EventSeries.Write> writes) throws InterruptedException {
        for (EventSeries.Write write : writes) {
            (writer.write(write) ? written : dropped).incrementAndGet();
        }
    }

    /** Ends. Why the process ends is often queued last, so that the queue has a moment to empty; the rest is lost. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
        while (thread.isAlive() && unwritten.get() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
