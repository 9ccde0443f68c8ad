package io.ballast.daemon.metrics;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.daemon.http.BodySource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Ballast's families without labels of a Service. <em>Thread-safe.</em> */
final class TableMetrics implements MetricSource {
    private final TableFacts facts;
    private final String buildLabels;

    /**
     * @param build labels of {@code ballast_build_info}
     */
    TableMetrics(TableFacts facts, Map<String, String> build) {
        this.facts = facts;
        StringBuilder labels = new StringBuilder();
        new TreeMap<>(build).forEach((name, value) -> labels.append(labels.isEmpty() ? "" : ",")
                .append(Exposition.label(name, value)));
        buildLabels = labels.toString();
    }

    @Override
    public BodySource read() {
        return MetricSource.inOnePiece(this::write).read();
    }

    private void write(StringBuilder out) {
        RoutingTable table = facts.table().get();
        single(out, MetricNames.BUILD_INFO, buildLabels, 1);
        single(out, MetricNames.SERVICES, "", services(table));
        single(out, MetricNames.FRONTENDS, "", table.frontendCount());
        single(out, MetricNames.FRONTEND_FAILURES, "", facts.frontendFailures().getAsInt());
        single(out, MetricNames.AFFINITY_ENTRIES, "", facts.affinityEntries().getAsLong());
        Exposition.header(out, MetricNames.CAPABILITY);
        new TreeMap<>(facts.capabilities().get())
                .forEach((feature, available) -> Exposition.sample(
                        out, MetricNames.CAPABILITY, Exposition.label("feature", feature), available ? 1L : 0L));
        Exposition.header(out, MetricNames.CLIENT_IP_FALLBACKS);
        new TreeMap<>(facts.clientIpFallbacks().get())
                .forEach((reason, count) -> Exposition.sample(
                        out, MetricNames.CLIENT_IP_FALLBACKS, Exposition.label("reason", reason), count));
        Exposition.header(out, MetricNames.REPAIRS);
        new TreeMap<>(facts.repairs().get())
                .forEach((what, count) ->
                        Exposition.sample(out, MetricNames.REPAIRS, Exposition.label("what", what), count));
    }

    private static int services(RoutingTable table) {
        Set<NamespacedName> names = new HashSet<>();
        for (Route route : table.routes()) {
            names.add(route.servicePort().name().service());
        }
        return names.size();
    }

    private static void single(StringBuilder out, MetricFamily family, String labels, long value) {
        Exposition.header(out, family);
        Exposition.sample(out, family, labels, value);
    }
}
