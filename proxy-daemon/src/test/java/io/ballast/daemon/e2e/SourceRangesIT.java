package io.ballast.daemon.e2e;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
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

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("pod")
            .bridgedPod("web1")
            .outside("friend")
            .outside("stranger")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine pod = topology.machine("pod");
    private final Machine friend = topology.machine("friend");
    private final Machine stranger = topology.machine("stranger");
    private NamedServer server;

    @TempDir
    Path manifests;

    @BeforeEach
    void describeCluster() throws Exception {
        node.ip("route add default via " + friend.ipv4(), "route add default via " + friend.ipv6());
        server = NamedServer.start(topology.machine("web1"), "web1", 8080);
        NodeManifest.of(node).write(manifests);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        topology.close();
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
        Machine web = topology.machine("web1");
        manifest.endpoints("node1", web.ipv4()).endpoints("node1", web.ipv6()).write(manifests);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void guardLoadBalancerAddressesAloneForEverybody(String intercept) throws Exception {
        serve(guarded(friend.ipv4() + "/32", friend.ipv6() + "/128", pod.ipv4() + "/32"));
        try (BallastProcess ballast = BallastProcess.start(node, manifests, "--intercept=" + intercept)) {
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void guardEveryExternalAddressWhereTheServiceAsksForIt(String intercept) throws Exception {
        serve(guarded(friend.ipv4() + "/32").annotation("ballast.io/source-ranges-scope", "external"));
        try (BallastProcess ballast = BallastProcess.start(node, manifests, "--intercept=" + intercept)) {
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void followChangesAndComeBeforeMissingEndpoints(String intercept) throws Exception {
        serve(guarded(friend.ipv4() + "/32"));
        try (BallastProcess ballast = BallastProcess.start(node, manifests, "--intercept=" + intercept)) {
            new Reach()
                    .both(friend, VIP_4, PORT, "web1")
                    .both(stranger, VIP_4, PORT, Dial.SILENCE)
                    .verify(ballast::log);

            serve(guarded(stranger.ipv4() + "/32"));
            new Reach().both(stranger, VIP_4, PORT, "web1").verify(ballast::log);
            new Reach().both(friend, VIP_4, PORT, Dial.SILENCE).verify(ballast::log);

            guarded(stranger.ipv4() + "/32").write(manifests);
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
}
