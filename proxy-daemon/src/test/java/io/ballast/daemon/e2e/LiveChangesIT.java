package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Service changes in every way it can while the daemon runs; connections to a Service and to a port that the change does
 * not concern never notice.
 */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "ss"})
@RequiresFeature(NftablesProbe.class)
class LiveChangesIT {
    private static final String IP_4 = "10.96.0.10";
    private static final String IP_6 = "fd00:96::10";
    private static final int NODE_PORT = 30080;

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web1")
            .node("node2")
            .bridgedPod("web2")
            .outside("outside"));

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");
    private final Machine outside = cluster.machine("outside");
    private final Machine web1 = cluster.machine("web1");
    private final Machine web2 = cluster.machine("web2");
    private final List<OpenConnection> unaffected = new ArrayList<>();

    private BallastProcess ballast;

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.serve("web1", "web2");
        cluster.serve(web1, "web1b", 8081);
        Manifest.service("steady", "10.96.0.9", "fd00:96::9")
                .port(80, 30079)
                .endpoints(web1)
                .write(cluster.manifests());
    }

    private void start(String intercept) throws Exception {
        ballast = cluster.ballast("--intercept=" + intercept, Cluster.BRIDGED_PODS);
        hold(client, "10.96.0.9", 80);
        hold(outside, node.ipv6(), 30079);
    }

    private void hold(Machine from, String address, int port) throws Exception {
        unaffected.add(cluster.keep(OpenConnection.open(from, address, port)));
    }

    private void verify(String step, Reach reach) throws Exception {
        reach.verify(() -> step + "\n" + ballast.log());
        for (OpenConnection connection : unaffected) {
            connection.assertAlive(step);
        }
    }

    /** One sync puts a change in force piece by piece: that one address answers anew does not say that another is silent. */
    private static void awaitSilence(Machine from, String address, int port) throws Exception {
        Await.until(from.name() + " hears nothing from " + address, () -> Dial.tcpServer(from, address, port)
                .equals(Dial.SILENCE));
    }

    private Manifest web() {
        return Manifest.service("web", IP_4);
    }

    private void write(Manifest manifest) throws IOException {
        manifest.endpoints(web1).write(cluster.manifests());
    }

    private static Reach expect() {
        return new Reach();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void portsAndProtocolsComeAndGo(String intercept) throws Exception {
        write(web().port(80, 0).port(81, 0));
        start(intercept);
        hold(client, IP_4, 80);
        verify("at first", expect().both(client, IP_4, 81, "web1"));

        write(web().port(80, 0).port(82, 0));
        verify("81 became 82", expect().both(client, IP_4, 82, "web1").both(client, IP_4, 81, Dial.REFUSED));

        write(web().port(80, 0).port("UDP", 82, 0));
        verify("82 lost TCP", expect().udp(client, IP_4, 82, "web1").tcp(client, IP_4, 82, Dial.REFUSED));

        write(web().port(80, 0).port("TCP", 82, 0));
        verify("82 lost UDP", expect().tcp(client, IP_4, 82, "web1").udp(client, IP_4, 82, Dial.REFUSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void aNamedTargetPortIsWhatEachSliceSaysAndFollowsIt(String intercept) throws Exception {
        web().port(80, NODE_PORT)
                .slice(8080, Manifest.endpoint(web2))
                .slice(8081, Manifest.endpoint(web1))
                .write(cluster.manifests());
        start(intercept);
        assertThat(servers(4)).containsExactly("web1b", "web2");

        web().port(80, NODE_PORT).slice(8080, Manifest.endpoint(web1)).write(cluster.manifests());
        verify(
                "one slice left, with another port",
                expect().both(client, IP_4, 80, "web1").both(outside, node.ipv4(), NODE_PORT, "web1"));
        assertThat(servers(4)).containsExactly("web1");
    }

    private Set<String> servers(int connections) throws Exception {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < connections; i++) {
            try (OpenConnection connection = OpenConnection.open(client, IP_4, 80)) {
                names.add(connection.server());
            }
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void typesChangeAndAReleasedNodePortLeavesNoSocket(String intercept) throws Exception {
        Manifest.externalName("web").write(cluster.manifests());
        start(intercept);
        verify("ExternalName", expect().tcp(outside, node.ipv4(), NODE_PORT, Dial.REFUSED));

        write(web().port(80, 0));
        verify("ClusterIP", expect().both(client, IP_4, 80, "web1"));

        write(web().spec("type: NodePort").port(80, NODE_PORT));
        verify("NodePort", expect().both(client, IP_4, 80, "web1").both(outside, node.ipv4(), NODE_PORT, "web1"));

        write(web().spec("type: NodePort").port(80, NODE_PORT + 1));
        verify(
                "another NodePort",
                expect().both(outside, node.ipv4(), NODE_PORT + 1, "web1")
                        .both(outside, node.ipv4(), NODE_PORT, Dial.REFUSED));
        assertThat(node.exec("ss", "-lntu")).doesNotContain(":" + NODE_PORT + " ");

        write(web().port(80, 0).externalIps("203.0.113.250"));
        verify(
                "ClusterIP with an external address",
                expect().both(outside, "203.0.113.250", 80, "web1")
                        .both(outside, node.ipv4(), NODE_PORT + 1, Dial.REFUSED));
        assertThat(node.exec("ss", "-lntu")).doesNotContain(":" + (NODE_PORT + 1) + " ");

        write(web().spec("type: NodePort").port(80, NODE_PORT));
        verify("NodePort again", expect().both(outside, node.ipv4(), NODE_PORT, "web1"));

        Manifest.externalName("web").write(cluster.manifests());
        verify("ExternalName again", expect().both(outside, node.ipv4(), NODE_PORT, Dial.REFUSED));
        assertThat(node.exec("ss", "-lntu")).doesNotContain(":" + NODE_PORT + " ");
        assertThat(Dial.tcp(node, IP_4, 80)).isNotEqualTo("web1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void familiesPoliciesAndTheLabelOfAnotherProxyChange(String intercept) throws Exception {
        write(web().port(80, 0));
        start(intercept);
        hold(client, IP_4, 80);
        verify(
                "IPv4 alone",
                expect().both(client, IP_4, 80, "web1").tcp(outside, node.ipv4(), NODE_PORT, Dial.REFUSED));

        Manifest.service("web", IP_4, IP_6).port(80, NODE_PORT).endpoints(web1).write(cluster.manifests());
        verify(
                "both families",
                expect().both(client, IP_4, 80, "web1")
                        .both(client, IP_6, 80, "web1")
                        .both(outside, node.ipv6(), NODE_PORT, "web1"));

        Manifest.service("web", IP_6)
                .port(80, NODE_PORT)
                .spec("type: NodePort")
                .spec("externalTrafficPolicy: Local")
                .endpoints(web2)
                .write(cluster.manifests());
        verify(
                "IPv6 alone, external policy Local, endpoints elsewhere",
                expect().both(client, IP_6, 80, "web2").both(outside, node.ipv4(), NODE_PORT, Dial.REFUSED));
        awaitSilence(outside, node.ipv6(), NODE_PORT);
        verify("outsiders are dropped", expect().both(outside, node.ipv6(), NODE_PORT, Dial.SILENCE));

        Manifest.service("web", IP_6)
                .port(80, NODE_PORT)
                .spec("internalTrafficPolicy: Local")
                .endpoints(web2)
                .write(cluster.manifests());
        verify("external policy Cluster, internal Local", expect().both(outside, node.ipv6(), NODE_PORT, "web2"));
        awaitSilence(client, IP_6, 80);
        verify("nobody gets in by the ClusterIP", expect().both(client, IP_6, 80, Dial.SILENCE));

        write(web().port(80, NODE_PORT).label("service.kubernetes.io/service-proxy-name", ""));
        verify("another proxy's", expect().both(outside, node.ipv6(), NODE_PORT, Dial.REFUSED));

        write(web().port(80, NODE_PORT));
        verify("ours again", expect().both(client, IP_4, 80, "web1").both(outside, node.ipv4(), NODE_PORT, "web1"));
    }
}
