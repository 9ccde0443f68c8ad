package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.daemon.e2e.WebCluster.Address;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each scheduler does with the connections of a pod, at every kind of address and from both sources, through the
 * whole program. Counts are exact: connections are opened one after another and held as long as the test says.
 */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class SchedulersIT {
    private static final List<String> ENDPOINTS = List.of("web1", "web2", "web3");

    @TempDir
    Path directory;

    private final StringBuilder transcript = new StringBuilder();

    @ParameterizedTest
    @EnumSource
    void eachDividesByItsRuleAtEveryKindOfAddress(ObjectSource source) throws Exception {
        try (WebCluster cluster = new WebCluster(source, directory)) {
            transcript.append("%n%-66s %5s %5s %5s%n"
                    .formatted("Connections of a pod, objects from " + source, "web1", "web2", "web3"));
            takesTurns(cluster);
            fillsTheLeastLoaded(cluster);
            weighs(cluster, "sed", "sed, weights 3 2 1: 12 held", List.of("web1", "web2", "web1"));
            weighs(cluster, "nq", "nq, weights 3 2 1: 12 held", ENDPOINTS);
            keepsClientsApart(cluster);
            System.out.println(transcript);
        }
    }

    private void takesTurns(WebCluster cluster) throws Exception {
        cluster.use("rr", 1, 1, 1);
        for (Address address : cluster.addresses()) {
            List<OpenConnection> held = cluster.open(address, 9);
            List<String> order = names(held);

            assertThat(Set.copyOf(order.subList(0, 3))).as("%s", order).containsExactlyInAnyOrderElementsOf(ENDPOINTS);
            assertThat(order.subList(3, 6)).isEqualTo(order.subList(0, 3));
            assertThat(order.subList(6, 9)).isEqualTo(order.subList(0, 3));
            row("rr: 9 held", address, counts(held), 3, 3, 3);
            cluster.close(held, 0);
        }
    }

    /** web1's connections are the shortest, web3's last to the end: the longer they are held, the fewer it gets. */
    private void fillsTheLeastLoaded(WebCluster cluster) throws Exception {
        cluster.use("lc", 1, 1, 1);
        for (Address address : cluster.addresses()) {
            List<OpenConnection> held = new ArrayList<>(cluster.open(address, 6));
            Map<String, Integer> opened = counts(held);
            row("lc: 6 held", address, opened, 2, 2, 2);

            endAll(cluster, held, "web1");
            openMore(cluster, address, 2, held, opened);
            row("lc: web1's 2 ended, 2 more", address, opened, 4, 2, 2);

            endAll(cluster, held, "web2");
            openMore(cluster, address, 2, held, opened);
            row("lc: web2's 2 ended, 2 more", address, opened, 4, 4, 2);

            assertThat(cluster.perEndpoint("web", "active")).isEqualTo(counts(held));
            cluster.close(held, 0);
        }
    }

    private static void endAll(WebCluster cluster, List<OpenConnection> held, String endpoint) throws Exception {
        List<OpenConnection> ended =
                held.stream().filter(each -> each.server().equals(endpoint)).toList();
        held.removeAll(ended);
        cluster.close(ended, held.size());
    }

    private static void openMore(
            WebCluster cluster, Address address, int count, List<OpenConnection> held, Map<String, Integer> opened)
            throws Exception {
        List<OpenConnection> more = cluster.open(address, count);
        held.addAll(more);
        counts(more).forEach((name, number) -> opened.merge(name, number, Integer::sum));
    }

    /**
     * With weights 3, 2 and 1 both end at 6, 4 and 2 of 12; they differ in how they begin. sed: (0+1)/3, then (0+1)/2,
     * then (1+1)/3 is the least; nq: whoever is idle.
     */
    private void weighs(WebCluster cluster, String scheduler, String title, List<String> firstThree) throws Exception {
        cluster.use(scheduler, 3, 2, 1);
        for (Address address : cluster.addresses()) {
            List<OpenConnection> held = cluster.open(address, 12);

            assertThat(names(held).subList(0, 3)).as(scheduler).containsExactlyInAnyOrderElementsOf(firstThree);
            row(title, address, counts(held), 6, 4, 2);
            cluster.close(held, 0);
        }
    }

    /** sh looks at the client's address and at nothing else: the same endpoint at every kind of address. */
    private void keepsClientsApart(WebCluster cluster) throws Exception {
        cluster.use("sh", 1, 1, 1);
        List<String> clients = IntStream.rangeClosed(1, WebCluster.CLIENTS)
                .mapToObj(WebCluster::client)
                .toList();
        Set<List<String>> seen = new HashSet<>();
        for (Address address : cluster.addresses()) {
            List<OpenConnection> one = cluster.open(address, 6);
            assertThat(Set.copyOf(names(one))).as("endpoints of one client").hasSize(1);
            row("sh: 6 of one client", address, counts(one));
            List<OpenConnection> many = cluster.open(address, 1, clients);
            assertThat(Set.copyOf(names(many))).as("endpoints of many clients").hasSize(3);
            assertThat(many.get(0).server()).isEqualTo(one.get(0).server());
            row("sh: 1 of each of 24 clients", address, counts(many));
            seen.add(names(many));
            cluster.close(one, many.size());
            cluster.close(many, 0);
        }
        assertThat(seen).as("where each client went, by kind of address").hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void aSwitchWhileConnectionsAreOpenLosesNoneAndForgetsNoCount(ObjectSource source) throws Exception {
        try (WebCluster cluster = new WebCluster(source, directory)) {
            Address address = cluster.addresses().get(0);
            cluster.use("sh", 1, 1, 1);
            List<OpenConnection> held = new ArrayList<>(cluster.open(address, 3));
            String favourite = held.get(0).server();

            cluster.use("lc", 1, 1, 1);
            List<OpenConnection> others = cluster.open(address, 6);
            assertThat(names(others)).as("lc knows what sh began").doesNotContain(favourite);
            held.addAll(others);
            assertThat(counts(held)).isEqualTo(Map.of("web1", 3, "web2", 3, "web3", 3));

            for (String scheduler : List.of("rr", "wrr", "wlc", "dh", "sed", "nq", "mh", "random", "p2c", "sh")) {
                cluster.use(scheduler, 1, 1, 1);
                held.addAll(cluster.open(address, 2));
                for (OpenConnection connection : held) {
                    connection.assertAlive("under " + scheduler);
                }
                assertThat(cluster.perEndpoint("web", "active")).isEqualTo(counts(held));
            }
            cluster.close(held, 0);
        }
    }

    private static List<String> names(List<OpenConnection> connections) {
        return connections.stream().map(OpenConnection::server).toList();
    }

    private static Map<String, Integer> counts(List<OpenConnection> connections) {
        Map<String, Integer> counts = new TreeMap<>();
        connections.forEach(connection -> counts.merge(connection.server(), 1, Integer::sum));
        return counts;
    }

    private void row(String title, Address address, Map<String, Integer> counts, int... expected) {
        transcript.append("  %-30s %-33s %5d %5d %5d%n"
                .formatted(
                        title,
                        address,
                        counts.getOrDefault("web1", 0),
                        counts.getOrDefault("web2", 0),
                        counts.getOrDefault("web3", 0)));
        for (int i = 0; i < expected.length; i++) {
            assertThat(counts.get(ENDPOINTS.get(i)))
                    .as(title + " at " + address + ENDPOINTS.get(i))
                    .isEqualTo(expected[i]);
        }
    }
}
