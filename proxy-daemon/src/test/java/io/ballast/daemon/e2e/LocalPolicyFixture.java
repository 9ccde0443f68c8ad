package io.ballast.daemon.e2e;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Services with a policy Local, all of whose endpoints are on another node. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
@RequiresFeature(NftablesProbe.class)
abstract class LocalPolicyFixture {
    static final String BRIDGED = "bridged";
    static final String ROUTED = "routed";
    static final String OUTSIDE = "outside";
    static final int PORT = 80;
    static final int NODE_PORT = 30080;
    static final List<String> EXTERNAL =
            List.of("203.0.113.250", "2001:db8:113::250", "198.51.100.7", "2001:db8:51::7");

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod(BRIDGED)
            .routedPod(ROUTED)
            .node("node2")
            .bridgedPod("web2")
            .outside(OUTSIDE));

    final Machine node = cluster.node();
    final Machine web2 = cluster.machine("web2");

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.routeBeyondNode(OUTSIDE);
        cluster.serve("web2");
        NodeManifest.of(node).podCidrs("10.244.1.0/24", "2001:db8:244:1::/64").write(cluster.manifests());
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .spec("externalTrafficPolicy: Local")
                .externalIps("203.0.113.250", "2001:db8:113::250")
                .loadBalancerIps("198.51.100.7", "2001:db8:51::7")
                .endpoints(web2)
                .write(cluster.manifests());
        Manifest.service("inner", "10.96.0.11", "fd00:96::11")
                .port(PORT, 0)
                .spec("internalTrafficPolicy: Local")
                .endpoints(web2)
                .write(cluster.manifests());
    }
}
