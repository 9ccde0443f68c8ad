package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Local traffic policies on a node without local endpoints: outsiders get no answer before any handshake, what counts as
 * a local pod and the node itself are led to the other node's endpoints, and an internal policy Local lets nobody in.
 */
class LocalPolicyIT extends LocalPolicyFixture {
    @ParameterizedTest
    @CsvSource({
        "sk-lookup, --cluster-cidr=10.244.0.0/15 2001:db8:244::/47, bridged routed",
        "bind, --cluster-cidr=10.244.0.0/15 2001:db8:244::/47, bridged routed",
        "sk-lookup, --detect-local-mode=ClusterCIDR, ''",
        "bind, --detect-local-mode=NodeCIDR, bridged",
        "sk-lookup, --detect-local-mode=NodeCIDR, bridged",
        "bind, --detect-local-mode=BridgeInterface --pod-bridge-interface=cni0, bridged",
        "sk-lookup, --detect-local-mode=BridgeInterface --pod-bridge-interface=cni0, bridged",
        "bind, --detect-local-mode=InterfaceNamePrefix --pod-interface-name-prefix=rout, routed",
        "sk-lookup, --detect-local-mode=InterfaceNamePrefix --pod-interface-name-prefix=rout, routed",
    })
    void leadsPodsAndTheNodeElsewhereAndNeverAnswersOutsiders(String intercept, String flags, String pods)
            throws Exception {
        String[] arguments = ("--intercept=" + intercept + " " + flags)
                .replace(" 2001", ",2001")
                .split(" ");
        BallastProcess ballast = cluster.ballast(arguments);
        List<String> inside = List.of((pods + " node1").strip().split(" "));
        Reach reach = new Reach();
        for (String from : List.of(BRIDGED, ROUTED, "node1", OUTSIDE)) {
            Machine client = cluster.machine(from);
            String expected = inside.contains(from) ? "web2" : Dial.SILENCE;
            EXTERNAL.forEach(address -> reach.both(client, address, PORT, expected));
            reach.both(client, node.ipv4(), NODE_PORT, expected);
            reach.both(client, node.ipv6(), NODE_PORT, expected);
            reach.both(client, "10.96.0.10", PORT, "web2").both(client, "fd00:96::10", PORT, "web2");
            reach.both(client, "10.96.0.11", PORT, Dial.SILENCE).both(client, "fd00:96::11", PORT, Dial.SILENCE);
        }
        reach.verify(ballast::log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void answersOutsidersAsSoonAsAnEndpointIsLocal(String intercept) throws Exception {
        Machine outside = cluster.machine(OUTSIDE);
        Machine local = cluster.machine(BRIDGED);
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        cluster.serve(local, "web1", 8080);
        new Reach().both(outside, node.ipv4(), NODE_PORT, Dial.SILENCE).verify(ballast::log);

        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .spec("externalTrafficPolicy: Local")
                .spec("type: NodePort")
                .endpoints(local, web2)
                .write(cluster.manifests());

        new Reach().both(outside, node.ipv4(), NODE_PORT, "web1").verify(ballast::log);
    }
}
