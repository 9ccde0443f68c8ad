package io.ballast.daemon.metrics;

import io.ballast.core.model.IpFamily;
import io.ballast.daemon.http.BodySource;
import io.ballast.daemon.http.HttpReply;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that is measured, and the answer to a scrape. <em>Thread-safe.</em> */
public final class Metrics implements AutoCloseable {
    private final KubeProxyMetrics kubeProxy;
    private final RestClientMetrics restClient = new RestClientMetrics();
    private final JvmMetrics jvm;
    private final List<MetricSource> sources;

    /**
     * @param registry a registry of this daemon's own, never the global one
     * @param served the address families that run
     * @param build labels of {@code ballast_build_info}
     * @param perEndpoint {@code --endpoint-metrics}
     */
    public Metrics(
            PrometheusMeterRegistry registry,
            Set<IpFamily> served,
            TableFacts facts,
            Map<String, String> build,
            boolean perEndpoint) {
        kubeProxy = new KubeProxyMetrics(served, InstantSource.system());
        jvm = new JvmMetrics(registry);
        sources = List.of(
                kubeProxy,
                restClient,
                new ProcessMetrics(),
                new TableMetrics(facts, build),
                jvm,
                new ServiceMetrics(facts.table(), perEndpoint));
    }

    /** Where syncs and health answers are recorded. */
    public KubeProxyMetrics kubeProxy() {
        return kubeProxy;
    }

    /** Where the Kubernetes client reports its requests. */
    public RestClientMetrics restClient() {
        return restClient;
    }

    /** Adds the meters of Netty's allocator. */
    public void watch(ByteBufAllocator allocator) {
        jvm.watch(allocator);
    }

    /** Adds the task queues of event loops. */
    public void watch(Iterable<? extends EventExecutor> eventLoops) {
        jvm.watch(eventLoops);
    }

    /** The answer to {@code GET /metrics}: text format 0.0.4, produced while it is sent. */
    public HttpReply scrape() {
        return HttpReply.streamed(Exposition.CONTENT_TYPE, new AllSources(sources.iterator()));
    }

    @Override
    public void close() {
        jvm.close();
    }

    private static final class AllSources implements BodySource {
        private final Iterator<MetricSource> rest;
        private BodySource current = out -> false;

        AllSources(Iterator<MetricSource> rest) {
            this.rest = rest;
        }

        @Override
        public boolean appendNext(StringBuilder out) {
            while (!current.appendNext(out)) {
                if (!rest.hasNext()) {
                    return false;
                }
                current = rest.next().read();
            }
            return true;
        }
    }
}
