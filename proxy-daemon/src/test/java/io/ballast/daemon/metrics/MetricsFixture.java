package io.ballast.daemon.metrics;

import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.RoutingTable;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.testing.PromText;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Metrics over whatever a test puts into its table. Confined to one thread. */
final class MetricsFixture implements AfterEachCallback {
    static final Map<String, String> WEB =
            Map.of("namespace", "default", "service", "web", "port", "80", "protocol", "TCP");

    final AtomicReference<RoutingTable> table = new AtomicReference<>(RoutingTable.EMPTY);
    private Metrics metrics = metrics(EnumSet.allOf(IpFamily.class), false);

    private Metrics metrics(Set<IpFamily> served, boolean perEndpoint) {
        TableFacts facts = new TableFacts(
                table::get,
                () -> 2,
                () -> 17,
                () -> Map.of("sk_lookup", true, "keep_client_address", false),
                () -> Map.of("ports", 3L, "path", 0L),
                () -> Map.of("nftables", 1L));
        Map<String, String> build = Map.of("version", "1.2.3", "java_version", "25");
        return new Metrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), served, facts, build, perEndpoint);
    }

    Metrics metrics() {
        return metrics;
    }

    /** Begins again as a daemon that serves these families, and shows single endpoints or does not. */
    void restart(Set<IpFamily> served, boolean perEndpoint) {
        metrics.close();
        metrics = metrics(served, perEndpoint);
    }

    PromText scrape() {
        return PromText.parse(text());
    }

    /** The body of a scrape. */
    String text() {
        HttpReply.Body.Streamed body =
                (HttpReply.Body.Streamed) metrics.scrape().body();
        StringBuilder text = new StringBuilder();
        boolean more = true;
        while (more) {
            more = body.source().appendNext(text);
        }
        return text.toString();
    }

    /** These labels and one more. */
    static Map<String, String> and(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new HashMap<>(labels);
        more.put(name, value);
        return more;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        metrics.close();
    }
}
