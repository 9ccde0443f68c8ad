package io.ballast.daemon.metrics;

import io.ballast.core.model.IpFamily;
import io.ballast.core.spi.SyncObserver;
import io.ballast.daemon.http.BodySource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * kube-proxy's own families ({@code pkg/proxy/metrics/metrics.go}), those that mean something here.
 * <em>Thread-safe.</em>
 */
public final class KubeProxyMetrics implements SyncObserver, MetricSource {
    private final Map<IpFamily, SyncMetrics> families = new EnumMap<>(IpFamily.class);
    private final Set<IpFamily> served;
    private final InstantSource clock;
    private final AtomicLong endpointChangesPending = new AtomicLong();
    private final AtomicLong serviceChangesPending = new AtomicLong();
    private final LongAdder endpointChanges = new LongAdder();
    private final LongAdder serviceChanges = new LongAdder();
    private final Map<Integer, LongAdder> healthz = new ConcurrentSkipListMap<>();
    private final Map<Integer, LongAdder> livez = new ConcurrentSkipListMap<>();

    /**
     * @param served the families that run; only these are exposed
     */
    KubeProxyMetrics(Set<IpFamily> served, InstantSource clock) {
        this.served = Set.copyOf(served);
        this.clock = clock;
        for (IpFamily family : IpFamily.values()) {
            families.put(family, new SyncMetrics(family));
        }
    }

    @Override
    public void serviceChangeSeen(int pending) {
        // upstream's two proxiers each count every Service
        serviceChanges.add(served.size());
        serviceChangesPending.set(pending);
    }

    @Override
    public void endpointSliceChangeSeen(int pending) {
        endpointChanges.increment();
        endpointChangesPending.set(pending);
    }

    @Override
    public void syncRequested(IpFamily family) {
        of(family).queued(clock.instant());
    }

    @Override
    public void syncFinished(Duration took) {
        Instant now = clock.instant();
        families.values().forEach(sync -> sync.finished(took, now));
        serviceChangesPending.set(0);
        endpointChangesPending.set(0);
    }

    @Override
    public void noLocalEndpoints(Policy policy, IpFamily family, int servicePorts) {
        of(family).noLocalEndpoints(policy, servicePorts);
    }

    @Override
    public void programmed(IpFamily family, Duration sinceTrigger) {
        of(family).programmed(sinceTrigger);
    }

    public void healthzAnswered(int code) {
        healthz.computeIfAbsent(code, unseen -> new LongAdder()).increment();
    }

    public void livezAnswered(int code) {
        livez.computeIfAbsent(code, unseen -> new LongAdder()).increment();
    }

    private SyncMetrics of(IpFamily family) {
        return Objects.requireNonNull(families.get(family), "every family has its metrics");
    }

    @Override
    public BodySource read() {
        return MetricSource.inOnePiece(this::write).read();
    }

    private void write(StringBuilder out) {
        perFamily(out, MetricNames.SYNC_DURATION, (text, sync) -> sync.writeDuration(text));
        perFamily(out, MetricNames.SYNC_LAST_TIMESTAMP, (text, sync) -> sync.writeLastSync(text));
        perFamily(out, MetricNames.SYNC_LAST_QUEUED, (text, sync) -> sync.writeLastQueued(text));
        perFamily(out, MetricNames.NETWORK_PROGRAMMING, (text, sync) -> sync.writeProgramming(text));
        perFamily(out, MetricNames.NO_LOCAL_ENDPOINTS, (text, sync) -> sync.writeNoLocalEndpoints(text));
        single(out, MetricNames.ENDPOINT_CHANGES_PENDING, endpointChangesPending.get());
        single(out, MetricNames.ENDPOINT_CHANGES, endpointChanges.sum());
        single(out, MetricNames.SERVICE_CHANGES_PENDING, serviceChangesPending.get());
        single(out, MetricNames.SERVICE_CHANGES, serviceChanges.sum());
        perCode(out, MetricNames.HEALTHZ, healthz);
        perCode(out, MetricNames.LIVEZ, livez);
    }

    private void perFamily(StringBuilder out, MetricFamily name, BiConsumer<StringBuilder, SyncMetrics> samples) {
        Exposition.header(out, name);
        families.forEach((family, metrics) -> {
            if (served.contains(family)) {
                samples.accept(out, metrics);
            }
        });
    }

    private static void perCode(StringBuilder out, MetricFamily name, Map<Integer, LongAdder> answers) {
        Exposition.header(out, name);
        answers.forEach(
                (code, count) -> Exposition.sample(out, name, Exposition.label("code", code.toString()), count.sum()));
    }

    private static void single(StringBuilder out, MetricFamily name, long value) {
        Exposition.header(out, name);
        Exposition.sample(out, name, "", value);
    }
}
