package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Report;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Upstream's table of who reaches which endpoints, and whether they see the node instead of the client ({@code
 * TestExternalTrafficPolicyLocal} and its neighbours in {@code pkg/proxy}): svc1 has Cluster policies, svc2 the external
 * policy Local, svc3 the internal one. Each has an endpoint on this node and one on another.
 */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientAddressCasesIT {
    private static final int PORT = 80;
    /** Taking turns they are all met. */
    private static final int TRIES = 6;

    private static final String BOTH = "both";
    private static final String BOTH_MASQUERADED = "both, m";
    private static final String LOCAL = "local only";
    private static final String LOCAL_MASQUERADED = "local only, m";

    private static final Report REPORT = new Report(
            "client-address-cases",
            "from",
            "to",
            "Service",
            "interceptor",
            "frontend",
            "protocol",
            "expected",
            "seen",
            "the endpoints' log");

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("pod")
            .bridgedPod("local")
            .node("node2")
            .bridgedPod("far")
            .outside("external"));

    private final Machine node = cluster.node();
    private final List<String> problems = new ArrayList<>();

    /**
     * A row of the table.
     *
     * @param expected of svc1, svc2 and svc3
     */
    private record Case(String from, boolean external, List<String> expected) {}

    private static final List<Case> CASES = List.of(
            new Case("pod", false, List.of(BOTH, BOTH, LOCAL)),
            new Case("pod", true, List.of(BOTH_MASQUERADED, BOTH, BOTH_MASQUERADED)),
            new Case("node1", false, List.of(BOTH_MASQUERADED, BOTH_MASQUERADED, LOCAL_MASQUERADED)),
            new Case("node1", true, List.of(BOTH_MASQUERADED, BOTH_MASQUERADED, BOTH_MASQUERADED)),
            new Case("external", false, List.of(BOTH_MASQUERADED, BOTH_MASQUERADED, LOCAL_MASQUERADED)),
            new Case("external", true, List.of(BOTH_MASQUERADED, LOCAL, BOTH_MASQUERADED)));

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.routeBeyondNode("external");
        Machine[] endpoints = cluster.serve("local", "far");
        Map<Integer, String> policies = Map.of(
                1, "externalTrafficPolicy: Cluster",
                2, "externalTrafficPolicy: Local",
                3, "internalTrafficPolicy: Local");
        for (int number = 1; number <= 3; number++) {
            Manifest.service("svc" + number, "10.96.0." + number, "fd00:96::" + number)
                    .port(PORT, nodePort(number))
                    .loadBalancerIps("203.0.113." + number, "2001:db8:113::" + number)
                    .spec(policies.get(number))
                    .endpoints(endpoints)
                    .write(cluster.manifests());
        }
    }

    @AfterAll
    static void report() throws IOException {
        REPORT.write();
    }

    private static int nodePort(int service) {
        return 30_080 + service;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void endpointsAreReachedAndSeeWhomUpstreamShowsThem(String intercept) throws Exception {
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept, Cluster.BRIDGED_PODS);
        for (Case row : CASES) {
            for (int service = 1; service <= 3; service++) {
                for (Map.Entry<String, Integer> frontend :
                        frontends(row, service).entrySet()) {
                    expect(row, service, intercept, frontend.getKey(), frontend.getValue());
                }
            }
        }
        assertThat(problems).as(ballast.log()).isEmpty();
    }

    private Map<String, Integer> frontends(Case row, int service) {
        return row.external()
                ? Map.of(
                        node.ipv4(),
                        nodePort(service),
                        node.ipv6(),
                        nodePort(service),
                        "203.0.113." + service,
                        PORT,
                        "2001:db8:113::" + service,
                        PORT)
                : Map.of("10.96.0." + service, PORT, "fd00:96::" + service, PORT);
    }

    private void expect(Case row, int service, String intercept, String address, int port) throws Exception {
        Machine from = cluster.machine(row.from());
        for (String protocol : List.of("tcp", "udp")) {
            Set<String> lines = new TreeSet<>();
            for (int i = 0; i < TRIES; i++) {
                lines.add(
                        protocol.equals("tcp") ? Dial.tcp(from, address, port) : Dial.udp(from, address, port, 2_000));
            }
            String own = InetAddress.getByName(address.contains(":") ? from.ipv6() : from.ipv4())
                    .getHostAddress();
            String expected = row.expected().get(service - 1);
            String seen = seen(lines, row.from().equals("node1") ? "" : own);
            String to = row.external() ? "NodePort / VIP" : "ClusterIP";
            REPORT.add(
                    row.from(),
                    to,
                    "svc" + service,
                    intercept,
                    address + " port " + port,
                    protocol,
                    expected,
                    seen,
                    String.join(", ", lines));
            if (!seen.equals(expected)) {
                problems.add(row.from() + " -> svc" + service + " at " + address + " port " + port + "/" + protocol
                        + ": " + seen + " instead of " + expected + ", " + lines);
            }
        }
    }

    /**
     * As upstream's table has it.
     *
     * @param lines name and client address, as endpoints log them
     * @param client the client's address, "" for the node itself
     */
    private static String seen(Set<String> lines, String client) {
        Set<String> names = new TreeSet<>();
        Set<Boolean> masqueraded = new TreeSet<>();
        for (String line : lines) {
            String[] words = line.split(" ");
            names.add(words[0]);
            masqueraded.add(words.length > 1 && !words[1].equals(client));
        }
        boolean local = names.equals(Set.of("local"));
        boolean both = names.equals(Set.of("local", "far"));
        if (masqueraded.size() != 1 || !(local || both)) {
            return lines.toString();
        }
        return (local ? "local only" : BOTH) + (masqueraded.contains(true) ? ", m" : "");
    }
}
