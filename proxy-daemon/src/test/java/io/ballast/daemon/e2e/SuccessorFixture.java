package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Pods of Ballast that take over from one another, with a TCP and a UDP Service to serve. Confined to the test's thread. */
final class SuccessorFixture {
    static final String CLUSTER_IP = "10.96.0.10";
    static final String TOOK_OVER = "Took over from the earlier process";
    private static final String DNS_IP = "10.96.0.53";
    private static final String STANDS_BY = "standing by until it ends";
    private static final String HEALTHY = "200";

    private final Cluster cluster;
    private final Path pods;
    private final Machine node;
    private final Machine outside;
    private final Machine client;

    /** @param pods a directory of its own */
    SuccessorFixture(Cluster cluster, Path pods) throws Exception {
        this.cluster = cluster;
        this.pods = pods;
        node = cluster.node();
        outside = cluster.machine("outside");
        client = cluster.machine("client");
        Manifest.service("web", CLUSTER_IP)
                .port(80, 30080)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
        Manifest.service("dns", DNS_IP)
                .port("UDP", 53, 30053)
                .endpoints(cluster.machine("web1"))
                .write(cluster.manifests());
    }

    /** As the kubelet starts a container: a file of the pod's own directory is mounted in it. */
    private BallastProcess launch(String uid, String intercept) throws IOException {
        Path hosts = pods.resolve("pods").resolve(uid).resolve("etc-hosts");
        Files.createDirectories(hosts.getParent());
        Files.writeString(hosts, "127.0.0.1 localhost\n");
        String script = "mount --bind " + hosts + " /etc/hosts && exec \"$@\"";
        return cluster.launch(
                List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"),
                "--intercept=" + intercept);
    }

    BallastProcess launchOld(String intercept) throws Exception {
        return launch("11111111-1111-1111-1111-111111111111", intercept).ready();
    }

    BallastProcess launchNew(String intercept) throws IOException {
        return launch("22222222-2222-2222-2222-222222222222", intercept);
    }

    ClientLoad load() {
        ClientLoad load = cluster.keep(new ClientLoad());
        load.tcp(client, CLUSTER_IP, 80);
        load.tcp(outside, node.ipv4(), 30080);
        load.udp(client, DNS_IP, 53);
        load.udp(outside, node.ipv4(), 30053);
        load.ask("livez", () -> Integer.toString(Http.status(node, "http://127.0.0.1:10256/livez")));
        return load;
    }

    /** What the load got that it should not. */
    static Object wrong(ClientLoad load) {
        return load.answersOtherThan("web1", HEALTHY);
    }

    /** Starts a successor under load, none of which may notice. */
    BallastProcess takeOver(String intercept, BallastProcess old, int standing) throws Exception {
        try (ClientLoad load = load()) {
            load.awaitMore(10);
            BallastProcess successor = launchNew(intercept);
            Await.until("the successor took over", () -> successor.logged(TOOK_OVER) > 0);
            load.awaitMore(30);
            load.close();
            assertThat(load.answersOtherThan("web1", HEALTHY))
                    .as(old.log() + successor.log())
                    .isEmpty();
            awaitStandingBy(old, standing);
            return successor;
        }
    }

    /** @param times how often it has stood by */
    void awaitStandingBy(BallastProcess old, int times) throws Exception {
        Await.until("the old one stands by", () -> old.logged(STANDS_BY) >= times);
    }

    /** Waits until the old one serves again. */
    void awaitService(BallastProcess old) throws Exception {
        Await.until("the old one serves a ClusterIP", () -> Dial.tcpServer(client, CLUSTER_IP, 80)
                .equals("web1"));
        Await.until("and a node port", () -> Dial.tcpServer(outside, node.ipv4(), 30080)
                .equals("web1"));
        Await.until("and UDP", () -> Dial.udpServer(client, DNS_IP, 53, 100).equals("web1"));
        old.ready();
    }
}
