package io.ballast.daemon.e2e;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is outside {@code loadBalancerSourceRanges} gets no answer, with endpoints or without, and changes are live. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class SourceRangesIT {
    private static final int PORT = 80;
    private static final int NODE_PORT = 30080;
    private static final String VIP_4 = "198.51.100.7";
    private static final String VIP_6 = "2001:db8:51::7";
    private static final String EXTERNAL = "203.0.113.250";

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("pod")
            .bridgedPod("web1")
            .outside("friend")
            .outside("stranger"));

    private final Machine node = cluster.node();
    private final Machine pod = cluster.machine("pod");
    private final Machine friend = cluster.machine("friend");
    private final Machine stranger = cluster.machine("stranger");

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.routeBeyondNode("friend");
        cluster.serve("web1");
    }

    private Manifest guarded(String... ranges) {
        Manifest manifest = Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .externalIps(EXTERNAL)
                .loadBalancerIps(VIP_4, VIP_6);
        return ranges.length == 0
                ? manifest
                : manifest.spec("loadBalancerSourceRanges: [\"" + String.join("\", \"", ranges) + "\"]");
    }

    private void serve(Manifest manifest) throws IOException {
        manifest.endpoints(cluster.machine("web1")).write(cluster.manifests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void guardLoadBalancerAddressesAloneForEverybody(String intercept) throws Exception {
        serve(guarded(friend.ipv4() + "/32", friend.ipv6() + "/128", pod.ipv4() + "/32"));
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        new Reach()
                .both(friend, VIP_4, PORT, "web1")
                .both(friend, VIP_6, PORT, "web1")
                .both(stranger, VIP_4, PORT, Dial.SILENCE)
                .both(stranger, VIP_6, PORT, Dial.SILENCE)
                .both(pod, VIP_4, PORT, "web1")
                .both(pod, VIP_6, PORT, Dial.SILENCE)
                .both(node, VIP_4, PORT, Dial.SILENCE)
                .both(node, VIP_6, PORT, Dial.SILENCE)
                .both(stranger, EXTERNAL, PORT, "web1")
                .both(stranger, node.ipv4(), NODE_PORT, "web1")
                .both(stranger, node.ipv6(), NODE_PORT, "web1")
                .both(stranger, "10.96.0.10", PORT, "web1")
                .both(node, "10.96.0.10", PORT, "web1")
                .verify(ballast::log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void guardEveryExternalAddressWhereTheServiceAsksForIt(String intercept) throws Exception {
        serve(guarded(friend.ipv4() + "/32").annotation("ballast.io/source-ranges-scope", "external"));
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        new Reach()
                .both(friend, EXTERNAL, PORT, "web1")
                .both(friend, node.ipv4(), NODE_PORT, "web1")
                .both(stranger, EXTERNAL, PORT, Dial.SILENCE)
                .both(stranger, node.ipv4(), NODE_PORT, Dial.SILENCE)
                // Ranges of one family say nothing of the other.
                .both(stranger, node.ipv6(), NODE_PORT, "web1")
                .both(stranger, VIP_6, PORT, "web1")
                .both(stranger, "10.96.0.10", PORT, "web1")
                .verify(ballast::log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void followChangesAndComeBeforeMissingEndpoints(String intercept) throws Exception {
        serve(guarded(friend.ipv4() + "/32"));
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        new Reach()
                .both(friend, VIP_4, PORT, "web1")
                .both(stranger, VIP_4, PORT, Dial.SILENCE)
                .verify(ballast::log);

        serve(guarded(stranger.ipv4() + "/32"));
        new Reach().both(stranger, VIP_4, PORT, "web1").verify(ballast::log);
        new Reach().both(friend, VIP_4, PORT, Dial.SILENCE).verify(ballast::log);

        guarded(stranger.ipv4() + "/32").write(cluster.manifests());
        new Reach().both(stranger, VIP_4, PORT, Dial.REFUSED).verify(ballast::log);
        new Reach().both(friend, VIP_4, PORT, Dial.SILENCE).verify(ballast::log);

        serve(guarded("0.0.0.0/0"));
        new Reach()
                .both(friend, VIP_4, PORT, "web1")
                .both(stranger, VIP_4, PORT, "web1")
                .verify(ballast::log);

        serve(guarded(friend.ipv4() + "/32"));
        new Reach().both(friend, VIP_4, PORT, "web1").verify(ballast::log);
        serve(guarded());
        new Reach().both(stranger, VIP_4, PORT, "web1").verify(ballast::log);
    }
}
