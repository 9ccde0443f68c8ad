package io.ballast.daemon.demo;

import static io.ballast.daemon.demo.DemoManifests.CLUSTER_IP;
import static io.ballast.daemon.demo.DemoManifests.PORT;

import io.ballast.daemon.demo.DemoClient.Held;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The chapters about schedulers: what each of the eleven chooses, connection by connection. */
final class SchedulerTour {
    private final DemoCluster cluster;
    private final Narrator narrator;
    private final DemoClient client = new DemoClient("127.0.0.1");

    SchedulerTour(DemoCluster cluster, Narrator narrator) {
        this.cluster = cluster;
        this.narrator = narrator;
    }

    void run() throws IOException, InterruptedException {
        turnsAndLots();
        weights();
        leastConnections();
        hashes();
    }

    private void turnsAndLots() throws IOException, InterruptedException {
        narrator.chapter("Schedulers that take turns or draw lots");
        narrator.say("Connections one after another, each closed before the next.");
        cluster.use("rr");
        List<String> turns = client.sequence(CLUSTER_IP, PORT, 9);
        narrator.claim(isRotation(turns), "rr takes turns", turns);
        for (String name : List.of("random", "p2c")) {
            cluster.use(name);
            Map<String, Integer> drawn = client.count(CLUSTER_IP, PORT, 60);
            String what = name.equals("random") ? "random draws lots, 60 times" : "p2c takes the better of two lots";
            narrator.claim(drawn.keySet().equals(DemoCluster.NAMES), what, drawn);
        }
    }

    /** Three different names, again and again. */
    private static boolean isRotation(List<String> names) {
        for (int i = 3; i < names.size(); i++) {
            if (!names.get(i).equals(names.get(i - 3))) {
                return false;
            }
        }
        return new HashSet<>(names.subList(0, 3)).equals(DemoCluster.NAMES);
    }

    private void weights() throws IOException, InterruptedException {
        narrator.chapter("Schedulers that weigh: a has weight 3, b 2, c 1");
        cluster.use("wrr", 3, 2, 1);
        List<String> turns = client.sequence(CLUSTER_IP, PORT, 6);
        narrator.claim(
                DemoClient.countsOf(turns).equals(Map.of("a", 3, "b", 2, "c", 1)), "wrr takes turns by weight", turns);
        cluster.use("wrr", 2, 1, 0);
        List<String> none = client.sequence(CLUSTER_IP, PORT, 6);
        narrator.claim(
                DemoClient.countsOf(none).equals(Map.of("a", 4, "b", 2)), "with weights 2 1 0, c gets none", none);
        narrator.say("Now six connections that stay open:");
        claimHeld("wlc, fewest open for its weight", "wlc", List.of("a", "b", "c", "a", "b", "a"));
        claimHeld("sed, least (open + 1) / weight", "sed", List.of("a", "b", "a", "a", "b", "c"));
        claimHeld("nq, an idle one first, then as sed", "nq", List.of("a", "b", "c", "a", "a", "b"));
    }

    /** Opens as many connections as there are names, keeps them, and compares the endpoints in order. */
    private void claimHeld(String claim, String scheduler, List<String> expected)
            throws IOException, InterruptedException {
        cluster.use(scheduler, 3, 2, 1);
        List<Held> held = new ArrayList<>();
        try {
            for (int i = 0; i < expected.size(); i++) {
                held.add(client.hold(CLUSTER_IP, PORT));
            }
            List<String> seen = held.stream().map(Held::endpoint).toList();
            narrator.claim(seen.equals(expected), claim, seen);
        } finally {
            for (Held connection : held) {
                connection.close();
            }
        }
    }

    private void leastConnections() throws IOException, InterruptedException {
        narrator.chapter("Least connections, with connections of unequal length");
        cluster.use("lc");
        try (Held first = client.hold(CLUSTER_IP, PORT);
                Held second = client.hold(CLUSTER_IP, PORT)) {
            Held third = client.hold(CLUSTER_IP, PORT);
            List<String> each = List.of(first.endpoint(), second.endpoint(), third.endpoint());
            narrator.claim(Set.copyOf(each).equals(DemoCluster.NAMES), "lc: three that stay open get one each", each);
            third.close();
            cluster.state().awaitActive(2);
            List<String> next = client.sequence(CLUSTER_IP, PORT, 1);
            narrator.claim(
                    next.get(0).equals(third.endpoint()), third.endpoint() + "'s ended: the next goes there", next);
        }
    }

    private void hashes() throws IOException, InterruptedException {
        narrator.chapter("Schedulers that hash addresses");
        cluster.use("sh");
        List<String> one = client.sequence(CLUSTER_IP, PORT, 6);
        narrator.claim(Set.copyOf(one).size() == 1, "sh keeps one client at one endpoint", one);
        Map<String, Integer> many = clients(24);
        narrator.claim(many.size() == 3, "sh spreads 24 clients", many);
        cluster.use("dh");
        Map<String, Integer> dh = clients(8);
        narrator.claim(dh.size() == 1, "dh: 8 clients of one address meet at one endpoint", dh);
        cluster.use("mh");
        Map<String, Integer> mh = client.count(CLUSTER_IP, PORT, 40);
        narrator.claim(mh.size() == 3, "mh hashes the port too: 40 connections of one client", mh);
    }

    private Map<String, Integer> clients(int count) throws IOException {
        List<String> seen = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            seen.add(new DemoClient("127.1.0." + i).get(CLUSTER_IP, PORT));
        }
        return DemoClient.countsOf(seen);
    }
}
