package io.ballast.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.testing.FakePort;
import io.ballast.daemon.testing.PromText;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** {@code deploy/monitoring} asks only for series and labels that a daemon exposes. */
class MonitoringTest {
    private static final Path MONITORING = Path.of("..", "deploy", "monitoring");
    /** What a scrape adds: Prometheus' own, and the Prometheus operator's for a target behind a Service. */
    private static final Set<String> TARGET_LABELS = Set.of("job", "instance", "node");

    private static final Pattern TEMPLATE_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    private final PromText exposed = exposed();

    /** Every family, with a series for every reason that there is. */
    private static PromText exposed() {
        ServicePortStats tcp = new ServicePortStats();
        for (CloseReason reason : CloseReason.values()) {
            tcp.connectionOpened();
            tcp.connectionClosed(reason);
        }
        tcp.connected(Duration.ofMillis(1).toNanos());
        tcp.connectRetried();
        EnumSet.allOf(ConnectFailure.class).forEach(tcp::connectFailed);
        EnumSet.allOf(RefuseReason.class).forEach(tcp::refused);
        EnumSet.allOf(Direction.class).forEach(direction -> tcp.bytes(direction, 1));
        ServicePortStats udp = new ServicePortStats();
        udp.sessionOpened();
        EnumSet.allOf(Direction.class).forEach(direction -> udp.datagrams(direction, 1));
        RoutingTable dns =
                FakePort.of("kube-system/dns", "dns", "udp", 53).stats(udp).addTo(RoutingTable.EMPTY);
        RoutingTable table =
                FakePort.of("default/web", "http", "tcp", 80).stats(tcp).addTo(dns);
        try (Metrics metrics = new Metrics(
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                EnumSet.allOf(IpFamily.class),
                new TableFacts(
                        () -> table,
                        () -> 0,
                        () -> 0,
                        () -> Map.of("nftables", true),
                        () -> Map.of("ports", 1L),
                        () -> Map.of("nftables", 1L)),
                Map.of("version", "1.2.3"),
                false)) {
            metrics.watch(PooledByteBufAllocator.DEFAULT);
            metrics.kubeProxy().syncFinished(Duration.ofMillis(3));
            metrics.kubeProxy().programmed(IpFamily.IPV4, Duration.ofSeconds(2));
            metrics.restClient().answered("GET", "192.0.2.9:6443", "200", Duration.ofMillis(20));
            HttpReply.Body.Streamed body =
                    (HttpReply.Body.Streamed) metrics.scrape().body();
            StringBuilder text = new StringBuilder();
            while (body.source().appendNext(text)) {
                // Reads it to its end.
            }
            return PromText.parse(text.toString());
        }
    }

    @Test
    void everyPanelAsksForWhatIsExposed() throws Exception {
        List<JsonNode> targets =
                dashboard().findParents("expr").stream().distinct().toList();
        assertThat(targets).hasSizeGreaterThan(25);
        for (JsonNode target : targets) {
            String expression = target.get("expr").textValue();
            Set<String> known = check(expression);
            assertThat(known)
                    .as("labels in the legend of %s", expression)
                    .containsAll(found(LEGEND_LABEL, target.get("legendFormat").textValue()));
        }
    }

    @Test
    void everyVariableAsksForWhatIsExposed() throws Exception {
        List<String> queries = new ArrayList<>();
        for (JsonNode variable : dashboard().get("templating").get("list")) {
            Matcher query = VARIABLE.matcher(variable.get("query").textValue());
            if (query.matches()) {
                assertThat(check(query.group(1))).contains(query.group(2));
                queries.add(query.group(2));
            }
        }
        assertThat(queries).containsExactly("job", "instance", "namespace", "service");
    }

    @Test
    void everyAlertAsksForWhatIsExposed() throws Exception {
        List<Map<String, ?>> rules = rules();
        assertThat(rules).hasSizeGreaterThan(10);
        for (Map<String, ?> rule : rules) {
            Set<String> known = check((String) rule.get("expr"));
            String annotations = rule.get("annotations").toString();
            assertThat(known)
                    .as("labels in the annotations of %s", rule.get("alert"))
                    .containsAll(found(TEMPLATE_LABEL, annotations));
            assertThat(annotations).contains("summary=", "description=");
        }
    }

    /** @return the labels that its result can have */
    private Set<String> check(String expression) {
        PromQl query = PromQl.parse(expression.replace("$__rate_interval", "5m"));
        assertThat(query.selectors()).as(expression).isNotEmpty();
        Set<String> labels = new HashSet<>(TARGET_LABELS);
        for (PromQl.Selector selector : query.selectors()) {
            Set<String> own = new HashSet<>(TARGET_LABELS);
            if (!selector.name().equals("up")) {
                List<PromText.Sample> samples = exposed.samples(selector.name());
                assertThat(samples)
                        .as("series %s of %s", selector.name(), expression)
                        .isNotEmpty();
                samples.forEach(sample -> own.addAll(sample.labels().keySet()));
                assertValues(selector, samples);
            }
            assertThat(own)
                    .as("labels of %s in %s", selector.name(), expression)
                    .containsAll(selector.labels());
            labels.addAll(own);
        }
        assertThat(labels).as("grouping of %s", expression).containsAll(query.grouping());
        boolean aggregated = !query.grouping().isEmpty();
        return aggregated ? query.grouping() : labels;
    }

    private static void assertValues(PromQl.Selector selector, List<PromText.Sample> samples) {
        selector.equal().forEach((label, value) -> {
            if (!TARGET_LABELS.contains(label) && !value.startsWith("$")) {
                assertThat(samples)
                        .as("%s=\"%s\" of %s", label, value, selector.name())
                        .anySatisfy(sample -> assertThat(sample.labels()).containsEntry(label, value));
            }
        });
    }

    private static JsonNode dashboard() throws Exception {
        return new ObjectMapper()
                .readTree(MONITORING.resolve("grafana-dashboard.json").toFile());
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, ?>> rules() throws Exception {
        Map<String, Map<String, ?>> resource =
                new Yaml().load(Files.readString(MONITORING.resolve("prometheus-rules.yaml")));
        List<Map<String, ?>> groups =
                (List<Map<String, ?>>) resource.get("spec").get("groups");
        return groups.stream()
                .flatMap(group -> ((List<Map<String, ?>>) group.get("rules")).stream())
                .toList();
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).collect(Collectors.toSet());
    }
}
