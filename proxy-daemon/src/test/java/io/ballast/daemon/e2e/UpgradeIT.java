package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A new process takes over from the one that serves, while clients connect without a pause and others stay connected. */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "nsenter", "unshare"})
@RequiresFeature(NftablesProbe.class)
class UpgradeIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String CLUSTER_IP_6 = "fd00:96::10";
    private static final String EXTERNAL_IP = "203.0.113.250";
    private static final String ECHO_IP = "10.96.0.20";
    private static final String TOOK_OVER = "Took over from the earlier process";
    private static final String HEALTHY = "200";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    private final Machine node = cluster.node();
    private final Machine outside = cluster.machine("outside");
    private final Machine client = cluster.machine("client");
    private BpfMount mount;

    @BeforeEach
    void describeCluster() throws Exception {
        mount = cluster.keep(BpfMount.open());
        cluster.keep(MirrorServer.start(client, 8080));
        Manifest.service("web", CLUSTER_IP, CLUSTER_IP_6)
                .port(80, 30080)
                .externalIps(EXTERNAL_IP)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
        Manifest.service("echo", ECHO_IP).port(7, 30007).endpoints(client).write(cluster.manifests());
    }

    private BallastProcess launch(boolean pinned, String intercept) throws IOException {
        return cluster.launch(pinned ? mount.enter() : List.of(), "--intercept=" + intercept);
    }

    private ClientLoad load() {
        ClientLoad load = cluster.keep(new ClientLoad());
        load.tcp(client, CLUSTER_IP, 80);
        load.tcp(node, CLUSTER_IP_6, 80);
        load.tcp(outside, node.ipv4(), 30080);
        load.tcp(outside, EXTERNAL_IP, 80);
        load.ask("healthz", () -> status("http://127.0.0.1:10256/livez"));
        load.ask("metrics", () -> status("http://127.0.0.1:10249/healthz"));
        return load;
    }

    private String status(String url) throws Exception {
        return Integer.toString(Http.status(node, url));
    }

    private List<Socket> connections() throws Exception {
        List<Socket> open = new ArrayList<>();
        for (Machine from : List.of(outside, node)) {
            for (InetSocketAddress to :
                    List.of(new InetSocketAddress(node.ipv4(), 30007), new InetSocketAddress(ECHO_IP, 7))) {
                open.add(cluster.keep(from.run(() -> {
                    Socket socket = new Socket();
                    socket.connect(to, 5_000);
                    socket.setSoTimeout(20_000);
                    return socket;
                })));
            }
        }
        return open;
    }

    private static void expectEcho(List<Socket> connections) throws Exception {
        for (Socket socket : connections) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).as(socket.toString()).isEqualTo('x');
        }
    }

    /** Its connections need the rules for as long as it has any; where it ends without removing them, the next one does. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesTheRulesOfTheClientsAddressToTheOldProcess(boolean killed) throws Exception {
        BallastProcess first = cluster.ballast("--intercept=sk-lookup", Cluster.BRIDGED_PODS);
        assertThat(Dial.tcp(client, CLUSTER_IP, 80)).isEqualTo("web1 " + client.ipv4());
        OpenConnection open = cluster.keep(OpenConnection.open(client, CLUSTER_IP, 80));

        BallastProcess second =
                cluster.launch(List.of(), "--intercept=sk-lookup", Cluster.BRIDGED_PODS, "--client-ip=never");
        Await.until("the successor took over", () -> second.logged(TOOK_OVER) > 0);
        Await.until("and shows the node", () -> Dial.tcp(client, CLUSTER_IP, 80).equals("web1 10.244.1.1"));
        open.assertAlive("after the upgrade");
        assertThat(first.logged("Somebody took")).as(first.log()).isZero();

        if (killed) {
            first.kill();
        } else {
            open.close();
            assertThat(first.awaitEnd()).as(first.log()).isZero();
        }
        Await.until(
                "the rules are gone", () -> !node.exec("nft", "list", "tables").contains("ballast-clients"));
        assertThat(second.stop()).as(second.log()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "sk-lookup, sk-lookup, true",
        "sk-lookup, sk-lookup, false",
        "bind, bind, false",
        "bind, sk-lookup, true",
        "sk-lookup, bind, true"
    })
    void refusesNobodyAndCutsNobodyOff(String before, String after, boolean pinned) throws Exception {
        BallastProcess first = launch(pinned, before).ready();
        List<Socket> connections = connections();
        expectEcho(connections);
        ClientLoad load = load();
        load.awaitMore(10);

        BallastProcess second = launch(pinned, after);
        Await.until("the successor took over", () -> second.logged(TOOK_OVER) > 0);
        load.awaitMore(30);
        expectEcho(connections);
        for (Socket socket : connections) {
            socket.close();
        }
        assertThat(first.awaitEnd()).as(first.log()).isZero();
        load.awaitMore(30);
        load.close();

        assertThat(load.answersOtherThan("web1", HEALTHY))
                .as(first.log() + "\n" + second.log())
                .isEmpty();
        List<Socket> fresh = connections();
        expectEcho(fresh);
        for (Socket socket : fresh) {
            socket.close();
        }
        assertThat(second.stop()).as(second.log()).isZero();
        assertThat(Dial.tcp(node, CLUSTER_IP, 80)).isEqualTo(Dial.REFUSED);
    }
}
