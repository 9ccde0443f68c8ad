package io.ballast.daemon.metrics;

import io.ballast.daemon.http.BodySource;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyEventExecutorMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/** {@code jvm_*} and {@code netty_*}, as Micrometer names them. <em>Thread-safe.</em> */
final class JvmMetrics implements MetricSource, AutoCloseable {
    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    JvmMetrics(PrometheusMeterRegistry registry) {
        this.registry = registry;
        garbageCollection.bindTo(registry);
        List.of(new ClassLoaderMetrics(), new JvmMemoryMetrics(), new JvmThreadMetrics(), new JvmInfoMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    void watch(ByteBufAllocator allocator) {
        if (allocator instanceof ByteBufAllocatorMetricProvider measured) {
            new NettyAllocatorMetrics(measured).bindTo(registry);
        }
    }

    void watch(Iterable<? extends EventExecutor> eventLoops) {
        List<EventExecutor> all = new ArrayList<>();
        eventLoops.forEach(all::add);
        new NettyEventExecutorMetrics(all).bindTo(registry);
    }

    @Override
    public BodySource read() {
        return MetricSource.inOnePiece(out -> out.append(registry.scrape())).read();
    }

    /** Stops listening to the collector. */
    @Override
    public void close() {
        garbageCollection.close();
    }
}
