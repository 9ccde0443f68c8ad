package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.GoDuration;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many Services: a first start, and one that finds the routes of another. {@code -Dballast.test.services=10000} for the
 * figures of {@code docs/operations.md}.
 */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ManyServicesIT {
    private static final int COUNT = Integer.getInteger("ballast.test.services", 2_000);

    private static final Pattern SYNCED =
            Pattern.compile("Synced frontends=%1$d changedFrontends=%1$d took=(\\S+)".formatted(COUNT));

    private static final Report REPORT = new Report(
            "frontends-programmed",
            "interceptor",
            "start",
            "frontends",
            "one sync, ms",
            "frontends a second",
            "ready after, ms",
            "memory");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1");

    private final Machine node = cluster.node();

    @AfterAll
    static void report() throws IOException {
        REPORT.write();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void allAreServedByAFirstStartAndByOneThatFindsTheirRoutes(String intercept) throws Exception {
        Machine web = cluster.machine("web1");
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < COUNT; i++) {
            all.append(service(i, web.ipv4()));
        }
        Files.writeString(cluster.manifests().resolve("services.yaml"), all);
        cluster.serve("web1");
        for (String start : List.of("first", "second")) {
            long began = System.nanoTime();
            try (BallastProcess ballast = cluster.ballast("--intercept=" + intercept)) {
                note(intercept, start, (System.nanoTime() - began) / 1_000_000, ballast);
                assertThat(ballast.admin("/metrics"))
                        .contains("\nballast_frontends " + COUNT + "\n", "\nballast_frontend_failures 0\n");
                for (int i : new int[] {0, COUNT / 2, COUNT - 1}) {
                    assertThat(Dial.tcp(node, address(i), 80)).startsWith("web1");
                }
                assertThat(ballast.stop()).isZero();
            }
            assertThat(node.exec("ip", "route", "show", "table", "local", "proto", "177")
                            .lines())
                    .hasSize(COUNT);
        }
    }

    /** How long the one sync took that programmed everything, and what the process occupies. */
    private static void note(String intercept, String start, long readyMillis, BallastProcess ballast)
            throws Exception {
        long millis = ballast.log()
                .lines()
                .map(SYNCED::matcher)
                .filter(Matcher::find)
                .map(matcher -> GoDuration.parse(matcher.group(1)).toMillis())
                .findFirst()
                .orElseThrow();
        REPORT.add(
                intercept,
                start,
                String.valueOf(COUNT),
                String.valueOf(millis),
                String.valueOf(1_000L * COUNT / Math.max(1, millis)),
                String.valueOf(readyMillis),
                memory(ballast.pid()));
    }

    private static String memory(long pid) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.matches("(VmRSS|VmHWM|Threads).*"))
                .toList()
                .toString();
    }

    private static String address(int i) {
        return "10.96." + (i / 250) + "." + (i % 250 + 1);
    }

    private static String service(int i, String endpoint) {
        return """
                ---
                {apiVersion: v1, kind: Service, metadata: {name: s%1$d, namespace: default},
                 spec: {clusterIP: %2$s, clusterIPs: [%2$s], ports: [{name: http, port: 80, protocol: TCP}]}}
                ---
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4,
                 metadata: {name: s%1$d-1, namespace: default, labels: {kubernetes.io/service-name: s%1$d}},
                 ports: [{name: http, port: 8080, protocol: TCP}],
                 endpoints: [{addresses: [%3$s], conditions: {ready: true}, nodeName: node1}]}
                """.formatted(i, address(i), endpoint);
    }
}
