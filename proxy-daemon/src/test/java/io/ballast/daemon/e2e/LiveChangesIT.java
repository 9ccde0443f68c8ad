package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Service changes in every way it can while the daemon runs; connections to a Service and to a port that the change does
 * not concern never notice.
 */
class LiveChangesIT extends LiveChangesFixture {
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
}
