package io.ballast.daemon.metrics;

import io.ballast.daemon.http.BodySource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * client-go's metrics of requests to the API server ({@code component-base/metrics/prometheus/restclient}).
 * <em>Thread-safe.</em> Bounded by what one API server answers: methods, codes, and the hosts of the kubeconfig.
 */
public final class RestClientMetrics implements MetricSource {
    private static final double[] BUCKETS = {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60};

    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Map<String, Histogram> durations = new ConcurrentSkipListMap<>();

    RestClientMetrics() {}

    /**
     * The API server answered a request, or did not.
     *
     * @param method {@code GET}
     * @param host host and port of the API server
     * @param code {@code 200}, or {@code <error>} when there was no answer, as client-go has it
     * @param took until the head of the answer
     */
    public void answered(String method, String host, String code, Duration took) {
        String hostLabel = Exposition.label("host", host);
        String request = Exposition.label("code", code) + "," + hostLabel + "," + Exposition.label("method", method);
        requests.computeIfAbsent(request, unseen -> new LongAdder()).increment();
        String duration = hostLabel + "," + Exposition.label("verb", method);
        durations.computeIfAbsent(duration, unseen -> new Histogram(BUCKETS)).record(took);
    }

    @Override
    public BodySource read() {
        return MetricSource.inOnePiece(this::write).read();
    }

    private void write(StringBuilder out) {
        Exposition.header(out, MetricNames.REST_REQUESTS);
        requests.forEach((labels, count) -> Exposition.sample(out, MetricNames.REST_REQUESTS, labels, count.sum()));
        Exposition.header(out, MetricNames.REST_DURATION);
        durations.forEach((labels, histogram) -> histogram.write(out, MetricNames.REST_DURATION, labels));
    }
}
