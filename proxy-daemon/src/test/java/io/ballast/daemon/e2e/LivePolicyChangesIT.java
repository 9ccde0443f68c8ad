package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Service's families, traffic policies and proxy change while the daemon runs. */
class LivePolicyChangesIT extends LiveChangesFixture {
    /** One sync puts a change in force piece by piece: that one address answers anew does not say that another is silent. */
    private static void awaitSilence(Machine from, String address, int port) throws Exception {
        Await.until(from.name() + " hears nothing from " + address, () -> Dial.tcpServer(from, address, port)
                .equals(Dial.SILENCE));
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
