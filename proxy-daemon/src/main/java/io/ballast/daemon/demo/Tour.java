package io.ballast.daemon.demo;

import static io.ballast.daemon.demo.DemoManifests.CLUSTER_IP;
import static io.ballast.daemon.demo.DemoManifests.NODE_PORT;
import static io.ballast.daemon.demo.DemoManifests.PORT;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The chapters of the demo. Each changes the cluster through its manifests, waits until the daemon has it in force, and
 * checks with real connections what it claims. Confined to the calling thread.
 */
final class Tour {
    private static final Duration AFFINITY_TIMEOUT = Duration.ofSeconds(3);
    private static final int VICTIM = 1;

    private final DemoCluster cluster;
    private final Narrator narrator;
    private final DemoClient client = new DemoClient("127.0.0.1");

    Tour(DemoCluster cluster, Narrator narrator) {
        this.cluster = cluster;
        this.narrator = narrator;
    }

    void run() throws IOException, InterruptedException {
        addresses();
        new SchedulerTour(cluster, narrator).run();
        affinity();
        deadEndpoint();
        udp();
    }

    private void addresses() throws IOException, InterruptedException {
        narrator.chapter("One Service, four kinds of address");
        cluster.state().awaitReady();
        cluster.use("rr");
        answers("ClusterIP", CLUSTER_IP, PORT);
        answers("NodePort", "127.0.0.1", NODE_PORT);
        answers("external IP", DemoManifests.EXTERNAL_IP, PORT);
        answers("load-balancer IP", DemoManifests.LOAD_BALANCER_IP, PORT);
        narrator.claim(
                isRefused(DemoManifests.EMPTY_IP),
                "a Service without endpoints, " + DemoManifests.EMPTY_IP + ":" + PORT,
                "connection refused");
    }

    private void answers(String kind, String host, int port) throws IOException {
        String answer = client.get(host, port);
        narrator.claim(DemoCluster.NAMES.contains(answer), kind + " " + host + ":" + port, answer + " answers");
    }

    private boolean isRefused(String host) throws IOException {
        try {
            client.get(host, PORT);
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private void affinity() throws IOException, InterruptedException {
        narrator.chapter("ClientIP affinity, with a timeout of " + AFFINITY_TIMEOUT.toSeconds() + " s, on top of rr");
        cluster.use("rr");
        cluster.useAffinity(AFFINITY_TIMEOUT);
        List<String> one = client.sequence(CLUSTER_IP, PORT, 6);
        narrator.claim(Set.copyOf(one).size() == 1, "one client stays at one endpoint", one);
        List<String> other = new DemoClient("127.1.0.1").sequence(CLUSTER_IP, PORT, 6);
        narrator.claim(Set.copyOf(other).size() == 1 && !other.equals(one), "another client stays at another", other);
        List<String> nodePort = client.sequence("127.0.0.1", NODE_PORT, 6);
        narrator.claim(nodePort.equals(one), "the first client again, through the NodePort", nodePort);
        cluster.state().letPass(AFFINITY_TIMEOUT.plusMillis(300));
        List<String> late = client.sequence(CLUSTER_IP, PORT, 6);
        narrator.claim(
                Set.copyOf(late).size() == 1 && !late.equals(one),
                AFFINITY_TIMEOUT.toSeconds() + " s later it is forgotten, and has the next turn",
                late);
        cluster.use("rr");
        Map<String, Integer> free = client.count(CLUSTER_IP, PORT, 9);
        narrator.claim(free.equals(Map.of("a", 3, "b", 3, "c", 3)), "switched off: turns are taken again", free);
    }

    private void deadEndpoint() throws IOException, InterruptedException {
        narrator.chapter("An endpoint dies, and comes back");
        cluster.use("rr");
        cluster.kill(VICTIM);
        narrator.say("b has been killed; the cluster has not noticed yet.");
        int before = cluster.state().connectRetries();
        Map<String, Integer> dead = client.count(CLUSTER_IP, PORT, 12);
        int retries = cluster.state().connectRetries() - before;
        int byA = dead.getOrDefault("a", 0);
        narrator.claim(dead.equals(Map.of("a", byA, "c", 12 - byA)), "12 clients, and not one sees it", dead);
        narrator.claim(retries > 0, "because where b refused, another was tried", retries + " times");
        cluster.leaveOut(VICTIM);
        Map<String, Integer> known = client.count(CLUSTER_IP, PORT, 8);
        narrator.claim(known.equals(Map.of("a", 4, "c", 4)), "its slice is gone: it has no turn any more", known);
        cluster.bringBack(VICTIM);
        Map<String, Integer> back = client.count(CLUSTER_IP, PORT, 9);
        narrator.claim(back.equals(Map.of("a", 3, "b", 3, "c", 3)), "back again: it has its third", back);
    }

    private void udp() throws IOException {
        narrator.chapter("UDP");
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            answers.add(client.ask(DemoManifests.UDP_IP, DemoManifests.UDP_PORT));
        }
        narrator.claim(Set.copyOf(answers).equals(DemoCluster.NAMES), "datagrams of nine clients, with rr", answers);
    }
}
