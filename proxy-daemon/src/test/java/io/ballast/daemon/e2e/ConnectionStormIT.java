package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.e2e.WebCluster.Address;
import io.ballast.daemon.testing.PromText;
import io.ballast.netty.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand connections come and go, four thousand of them open at once; afterwards every count is what it was. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class ConnectionStormIT {
    private static final int WORKERS = 8;
    private static final int OPEN_AT_ONCE = 4_000;
    private static final int TOTAL = 10_000;
    /** What a client sends; it comes back after the endpoint's name, five bytes with its line feed. */
    private static final String LINE = "0123456789".repeat(10);

    private static final int BYTES_TO_ENDPOINT = LINE.length() + 1;
    private static final int BYTES_TO_CLIENT = BYTES_TO_ENDPOINT + 5;

    @TempDir
    Path directory;

    @Test
    void everyCountIsExactAndReturnsToZero() throws Exception {
        try (WebCluster cluster = new WebCluster(ObjectSource.DIRECTORY, directory)) {
            cluster.use("lc", 1, 1, 1);
            Address address = cluster.addresses().get(0);
            List<Deque<OpenConnection>> held = IntStream.range(0, WORKERS)
                    .<Deque<OpenConnection>>mapToObj(i -> new ArrayDeque<>())
                    .toList();
            ExecutorService workers = Executors.newFixedThreadPool(
                    WORKERS, cluster.clientPod().namespace().threadFactory());
            try {
                all(workers, held, mine -> open(address, mine, OPEN_AT_ONCE / WORKERS));
                assertAllOpen(cluster, held);
                all(workers, held, mine -> renew(address, mine, (TOTAL - OPEN_AT_ONCE) / WORKERS));
                cluster.awaitActive("web", OPEN_AT_ONCE);
                all(workers, held, mine -> end(mine, mine.size()));
            } finally {
                workers.shutdownNow();
            }
            assertNothingLeft(cluster);
        }
    }

    /** What one worker does with the connections it holds. */
    @FunctionalInterface
    private interface Work {
        void on(Deque<OpenConnection> mine) throws Exception;
    }

    private static void all(ExecutorService workers, List<Deque<OpenConnection>> held, Work work) throws Exception {
        List<Callable<Void>> calls = held.stream()
                .<Callable<Void>>map(mine -> () -> {
                    work.on(mine);
                    return null;
                })
                .toList();
        for (Future<Void> done : workers.invokeAll(calls)) {
            done.get();
        }
    }

    private static void open(Address address, Deque<OpenConnection> mine, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            OpenConnection opened = OpenConnection.open(WebCluster.client(1), address.host(), address.port());
            mine.addLast(opened);
            opened.assertEchoes(LINE, "at once");
        }
    }

    private static void end(Deque<OpenConnection> mine, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            mine.removeFirst().close();
        }
    }

    private static void renew(Address address, Deque<OpenConnection> mine, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            end(mine, 1);
            open(address, mine, 1);
        }
    }

    /** lc keeps endpoints within one connection of each other, whichever of eight clients was faster. */
    private static void assertAllOpen(WebCluster cluster, List<Deque<OpenConnection>> held) throws Exception {
        Map<String, Integer> seen = new HashMap<>();
        held.forEach(mine -> mine.forEach(each -> seen.merge(each.server(), 1, Integer::sum)));
        List<Integer> counts = new ArrayList<>(seen.values());
        assertThat(counts).containsExactlyInAnyOrder(1_333, 1_333, 1_334);
        assertThat(cluster.perEndpoint("web", "active")).isEqualTo(seen);
        assertThat(metric(cluster, "ballast_connections_active", Map.of())).isEqualTo(OPEN_AT_ONCE);
        System.out.printf("%n%d connections open at once under lc: %s%n", OPEN_AT_ONCE, seen);
    }

    private static void assertNothingLeft(WebCluster cluster) throws Exception {
        cluster.awaitActive("web", 0);
        Await.until(
                "no connection is listed",
                () -> cluster.ballast().admin("/api/connections").contains("\"total\":0"));
        assertThat(cluster.perEndpoint("web", "active")).isEqualTo(Map.of("web1", 0, "web2", 0, "web3", 0));
        Collection<Integer> opened = cluster.perEndpoint("web", "opened").values();
        assertThat(opened.stream().mapToInt(Integer::intValue).sum()).isEqualTo(TOTAL);
        StringBuilder seen = new StringBuilder();
        for (Expected expected : List.of(
                new Expected("ballast_connections_active", Map.of(), 0),
                new Expected("ballast_connections_opened_total", Map.of(), TOTAL),
                new Expected("ballast_connections_closed_total", Map.of("reason", "finished"), TOTAL),
                new Expected("ballast_connect_retries_total", Map.of(), 0),
                new Expected("ballast_bytes_total", Map.of("direction", "to_endpoint"), TOTAL * BYTES_TO_ENDPOINT),
                new Expected("ballast_bytes_total", Map.of("direction", "to_client"), TOTAL * BYTES_TO_CLIENT))) {
            seen.append(expected).append('\n');
            Await.until(expected + " in:\n" + cluster.ballast().admin("/metrics"), () -> expected.holds(cluster));
        }
        System.out.printf("after %d connections:%n%s", TOTAL, seen);
    }

    private record Expected(String name, Map<String, String> labels, int value) {
        boolean holds(WebCluster cluster) throws Exception {
            return metric(cluster, name, labels) == value;
        }

        @Override
        public String toString() {
            return "  " + name + labels + " " + value;
        }
    }

    private static double metric(WebCluster cluster, String name, Map<String, String> labels) throws Exception {
        Map<String, String> all = new HashMap<>(labels);
        all.putAll(Map.of("service", "web", "protocol", "TCP"));
        return PromText.parse(cluster.ballast().admin("/metrics")).value(name, all);
    }

    @Test
    void affinityForgetsEveryClientInTime() throws Exception {
        try (WebCluster cluster = new WebCluster(ObjectSource.DIRECTORY, directory)) {
            Address address = new Address("ClusterIP", "10.96.0.20", 80);
            cluster.putOther(
                    Manifest.service("sticky", address.host())
                            .spec("sessionAffinity: ClientIP")
                            .spec("sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}")
                            .port(address.port(), 0),
                    "sticky");
            Await.until("sticky is served", () -> Dial.tcp(cluster.clientPod(), address.host(), address.port())
                    .startsWith("web"));
            List<String> clients =
                    IntStream.rangeClosed(1, 8).mapToObj(WebCluster::client).toList();

            List<OpenConnection> first = cluster.open(address, 1, clients);
            List<OpenConnection> second = cluster.open(address, 1, clients);

            assertThat(second.stream().map(OpenConnection::server))
                    .containsExactlyElementsOf(
                            first.stream().map(OpenConnection::server).toList());
            // Whoever dialled above may be remembered still.
            assertThat(affinityEntries(cluster)).isBetween(8.0, 9.0);
            Await.until("affinity is forgotten", Duration.ofMinutes(1), () -> affinityEntries(cluster) == 0);
            cluster.close("sticky", second, first.size());
            for (OpenConnection each : first) {
                each.assertAlive("without affinity");
            }
            cluster.close("sticky", first, 0);
        }
    }

    private static double affinityEntries(WebCluster cluster) throws Exception {
        return PromText.parse(cluster.ballast().admin("/metrics")).value("ballast_affinity_entries", Map.of());
    }
}
