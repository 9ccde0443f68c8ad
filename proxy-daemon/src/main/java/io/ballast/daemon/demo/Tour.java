package io.ballast.daemon.demo;

import static io.ballast.daemon.demo.DemoManifests.CLUSTER_IP;
import static io.ballast.daemon.demo.DemoManifests.PORT;

import io.ballast.daemon.demo.DemoClient.Held;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The chapters of the demo. Each changes the cluster through its manifests, waits until the daemon has it in force, and
 * checks with real connections what it claims. Confined to the calling thread.
 */
final class Tour {
    private static final String SCHEDULER = "ballast.io/scheduler";
    private static final String NO_AFFINITY = "sessionAffinity: None";
    private static final Duration AFFINITY_TIMEOUT = Duration.ofSeconds(2);

    private final DemoManifests manifests;
    private final List<DemoEndpoint> endpoints;
    private final DemoState state;
    private final Narrator narrator;
    private final DemoClient client = new DemoClient("127.0.0.1");

    Tour(DemoManifests manifests, List<DemoEndpoint> endpoints, DemoState state, Narrator narrator) {
        this.manifests = manifests;
        this.endpoints = endpoints;
        this.state = state;
        this.narrator = narrator;
    }

    void run() throws IOException, InterruptedException {
        addresses();
        fairSchedulers();
        weightedSchedulers();
        leastConnections();
        hashes();
        affinity();
        deadEndpoint();
        udp();
    }

    private void addresses() throws IOException, InterruptedException {
        narrator.chapter("One Service, four kinds of address");
        use("rr", weights(1, 1, 1));
        Map<String, Integer> kinds = new LinkedHashMap<>();
        kinds.put(CLUSTER_IP, PORT);
        kinds.put(DemoManifests.EXTERNAL_IP, PORT);
        kinds.put(DemoManifests.LOAD_BALANCER_IP, PORT);
        kinds.put("127.0.0.1", DemoManifests.NODE_PORT);
        List<String> titles = List.of("ClusterIP", "external IP", "load-balancer IP", "NodePort");
        int i = 0;
        for (Map.Entry<String, Integer> kind : kinds.entrySet()) {
            String answer = client.get(kind.getKey(), kind.getValue());
            narrator.claim(
                    names().contains(answer),
                    titles.get(i++) + " " + kind.getKey() + ":" + kind.getValue() + " answers",
                    answer);
        }
        narrator.claim(isRefused(DemoManifests.EMPTY_IP), "a Service without endpoints refuses", "connection refused");
    }

    private boolean isRefused(String host) throws IOException {
        try {
            client.get(host, PORT);
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private void fairSchedulers() throws IOException, InterruptedException {
        narrator.chapter("Schedulers that take turns or draw lots");
        use("rr", weights(1, 1, 1));
        Map<String, Integer> rr = client.count(CLUSTER_IP, PORT, 9);
        narrator.claim(rr.equals(Map.of("a", 3, "b", 3, "c", 3)), "rr gives each of three endpoints a third", rr);
        for (String name : List.of("random", "p2c")) {
            use(name, weights(1, 1, 1));
            Map<String, Integer> drawn = client.count(CLUSTER_IP, PORT, 60);
            narrator.claim(drawn.keySet().equals(names()), name + " reaches every endpoint in 60 draws", drawn);
        }
    }

    private void weightedSchedulers() throws IOException, InterruptedException {
        narrator.chapter("Weights 3, 1 and 0");
        use("wrr", weights(3, 1, 0));
        Map<String, Integer> wrr = client.count(CLUSTER_IP, PORT, 8);
        narrator.claim(wrr.equals(Map.of("a", 6, "b", 2)), "wrr follows the weights, 0 takes none", wrr);
        claimHeld("wlc", weights(3, 1, 0), "fewest connections for its weight", List.of("a", "b", "a", "a"));
        claimHeld(
                "sed", weights(3, 1, 0), "shortest expected delay, (active + 1) / weight", List.of("a", "a", "a", "b"));
        claimHeld("nq", weights(3, 1, 0), "an idle endpoint first, then as sed", List.of("a", "b", "a", "a"));
    }

    private void leastConnections() throws IOException, InterruptedException {
        narrator.chapter("Least connections, with connections of unequal length");
        use("lc", weights(1, 1, 1));
        try (Held first = client.hold(CLUSTER_IP, PORT);
                Held second = client.hold(CLUSTER_IP, PORT)) {
            Held third = client.hold(CLUSTER_IP, PORT);
            Set<String> distinct = Set.of(first.endpoint(), second.endpoint(), third.endpoint());
            narrator.claim(distinct.equals(names()), "three held connections go to three endpoints", distinct);
            third.close();
            state.awaitActive(2);
            String next = client.get(CLUSTER_IP, PORT);
            narrator.claim(
                    next.equals(third.endpoint()),
                    "the one that ended frees " + third.endpoint() + " for the next",
                    next);
        }
    }

    /** Opens as many connections as there are names, keeps them, and compares the endpoints in order. */
    private void claimHeld(String scheduler, Map<DemoEndpoint, Integer> weights, String meaning, List<String> expected)
            throws IOException, InterruptedException {
        use(scheduler, weights);
        List<Held> held = new ArrayList<>();
        try {
            for (int i = 0; i < expected.size(); i++) {
                held.add(client.hold(CLUSTER_IP, PORT));
            }
            List<String> seen = held.stream().map(Held::endpoint).toList();
            narrator.claim(seen.equals(expected), scheduler + ", " + meaning, seen);
        } finally {
            for (Held connection : held) {
                connection.close();
            }
        }
    }

    private void hashes() throws IOException, InterruptedException {
        narrator.chapter("Hashes of addresses");
        use("sh", weights(1, 1, 1));
        Map<String, Integer> one = client.count(CLUSTER_IP, PORT, 6);
        narrator.claim(one.size() == 1, "sh keeps one client with one endpoint", one);
        Map<String, Integer> many = clients(24);
        narrator.claim(many.size() == 3, "sh spreads 24 clients", many);
        use("dh", weights(1, 1, 1));
        Map<String, Integer> dh = clients(8);
        narrator.claim(dh.size() == 1, "dh looks at the destination only", dh);
        use("mh", weights(1, 1, 1));
        Map<String, Integer> mh = client.count(CLUSTER_IP, PORT, 40);
        narrator.claim(mh.size() == 3, "mh hashes the source port too", mh);
    }

    private Map<String, Integer> clients(int count) throws IOException {
        List<String> seen = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            seen.add(new DemoClient("127.1.0." + i).get(CLUSTER_IP, PORT));
        }
        return DemoClient.countsOf(seen);
    }

    private void affinity() throws IOException, InterruptedException {
        narrator.chapter("ClientIP affinity, timeout " + AFFINITY_TIMEOUT.toSeconds() + " s");
        manifests.service(
                Map.of(SCHEDULER, "rr"),
                "sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: "
                        + AFFINITY_TIMEOUT.toSeconds() + "}}");
        state.awaitAffinity("ClientIP");
        Map<String, Integer> sticky = client.count(CLUSTER_IP, PORT, 6);
        narrator.claim(sticky.size() == 1, "one client stays with one endpoint while it keeps coming", sticky);
        Set<String> both = new HashSet<>(sticky.keySet());
        both.add(client.get("127.0.0.1", DemoManifests.NODE_PORT));
        narrator.claim(both.size() == 1, "through the NodePort too", both);
        state.letPass(AFFINITY_TIMEOUT.plusMillis(300));
        String before = sticky.keySet().iterator().next();
        String after = client.get(CLUSTER_IP, PORT);
        narrator.claim(!after.equals(before), "after the timeout rr takes its next turn", before + ", then " + after);
        manifests.service(Map.of(SCHEDULER, "rr"), NO_AFFINITY);
        state.awaitAffinity("None");
        Map<String, Integer> free = client.count(CLUSTER_IP, PORT, 9);
        narrator.claim(free.size() == 3, "switched off, turns are taken again", free);
    }

    private void deadEndpoint() throws IOException, InterruptedException {
        narrator.chapter("An endpoint dies before the cluster knows, and comes back");
        use("rr", weights(1, 1, 1));
        DemoEndpoint victim = endpoints.get(1);
        victim.kill();
        Map<String, Integer> dead = client.count(CLUSTER_IP, PORT, 12);
        narrator.claim(
                dead.equals(Map.of("a", dead.getOrDefault("a", 0), "c", 12 - dead.getOrDefault("a", 0))),
                "nobody sees " + victim.name() + " refuse: another endpoint is tried",
                dead);
        manifests.endpoints(Map.of(endpoints.get(0), 1, endpoints.get(2), 1));
        state.awaitEndpoints(2);
        Map<String, Integer> known = client.count(CLUSTER_IP, PORT, 8);
        narrator.claim(known.equals(Map.of("a", 4, "c", 4)), "once its slice is gone it has no turn", known);
        victim.start();
        manifests.endpoints(weights(1, 1, 1));
        state.awaitEndpoints(3);
        Map<String, Integer> back = client.count(CLUSTER_IP, PORT, 9);
        narrator.claim(back.equals(Map.of("a", 3, "b", 3, "c", 3)), "back again it has its third", back);
    }

    private void udp() throws IOException {
        narrator.chapter("UDP");
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            answers.add(client.ask(DemoManifests.UDP_IP, DemoManifests.UDP_PORT));
        }
        Map<String, Integer> counts = DemoClient.countsOf(answers);
        narrator.claim(counts.keySet().equals(names()), "nine clients' datagrams reach every endpoint", counts);
    }

    /** Puts a scheduler and weights in force, with no connection left from before. */
    private void use(String scheduler, Map<DemoEndpoint, Integer> weights) throws IOException, InterruptedException {
        manifests.service(Map.of(SCHEDULER, scheduler), NO_AFFINITY);
        manifests.endpoints(weights);
        state.awaitScheduler(scheduler);
        state.awaitWeights(weights.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().address(), Map.Entry::getValue)));
        state.awaitActive(0);
    }

    private Map<DemoEndpoint, Integer> weights(int a, int b, int c) {
        Map<DemoEndpoint, Integer> weights = new LinkedHashMap<>();
        weights.put(endpoints.get(0), a);
        weights.put(endpoints.get(1), b);
        weights.put(endpoints.get(2), c);
        return weights;
    }

    private Set<String> names() {
        return Set.of("a", "b", "c");
    }
}
