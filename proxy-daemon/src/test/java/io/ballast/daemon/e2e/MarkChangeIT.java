package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The next start has another {@code --mark}: nothing of the former one stays, and nothing is missing meanwhile. */
@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class MarkChangeIT {
    private static final String POD_CIDRS = "--cluster-cidr=10.244.0.0/16,2001:db8:244::/48";
    private static final List<String> EXTERNAL_IPS = List.of("203.0.113.250", "2001:db8:113::250");
    private static final String BEFORE = "0x20";
    private static final String AFTER = "0x40";

    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web")
            .outside("outside")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine outside = topology.machine("outside");

    @TempDir
    Path manifests;

    private NamedServer web;

    @BeforeEach
    void describeCluster() throws Exception {
        Machine pod = topology.machine("web");
        web = NamedServer.start(pod, "web", 8080);
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(80, 0)
                .externalIps(EXTERNAL_IPS.toArray(String[]::new))
                .endpoints("node1", pod.ipv4())
                .endpoints("node1", pod.ipv6())
                .write(manifests);
    }

    @AfterEach
    void close() throws Exception {
        web.close();
        topology.close();
    }

    private List<String> flags(String mark, String intercept) {
        return List.of(
                "--source-dir=" + manifests,
                "--hostname-override=node1",
                "-v=2",
                POD_CIDRS,
                "--intercept=" + intercept,
                "--mark=" + mark + "/" + mark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void afterAKill(String intercept) throws Exception {
        String before = marks();
        try (BallastProcess first = BallastProcess.launch(node, flags(BEFORE, intercept))) {
            first.ready();
            expectOnly(BEFORE, AFTER, first);
            first.kill();
        }
        assertThat(marks()).contains(BEFORE);

        try (BallastProcess second = BallastProcess.launch(node, flags(AFTER, intercept))) {
            second.ready();
            expectOnly(AFTER, BEFORE, second);
            second.kill();
        }
        try (BallastProcess cleanup = BallastProcess.launch(node, List.of("cleanup"))) {
            assertThat(cleanup.awaitEnd()).as(cleanup.log()).isZero();
        }
        assertThat(marks()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void besideTheOneThatServes(String intercept) throws Exception {
        try (BallastProcess first =
                        BallastProcess.launch(node, flags(BEFORE, intercept)).ready();
                ClientLoad load = new ClientLoad()) {
            EXTERNAL_IPS.forEach(address -> load.tcp(outside, address, 80));
            load.awaitMore(10);
            try (BallastProcess second = BallastProcess.launch(node, flags(AFTER, intercept))) {
                assertThat(first.awaitEnd()).as(first.log()).isZero();
                load.awaitMore(30);

                assertThat(load.answersOtherThan("web"))
                        .as(first.log() + second.log())
                        .isEmpty();
                expectOnly(AFTER, BEFORE, second);
                for (BallastProcess either : List.of(first, second)) {
                    assertThat(either.log()).doesNotContain("Somebody took");
                }
            }
        }
    }

    private void expectOnly(String mark, String other, BallastProcess ballast) throws Exception {
        for (String address : EXTERNAL_IPS) {
            assertThat(Dial.tcp(outside, address, 80)).as(ballast.log()).startsWith("web");
        }
        Machine client = topology.machine("client");
        assertThat(Dial.tcp(client, "10.96.0.10", 80)).as(ballast.log()).isEqualTo("web " + client.ipv4());
        Await.until("marks are those of " + mark, () -> marks().contains(mark) && !marks().contains(other));
    }

    /** What leads by a mark, without leading zeros. */
    private String marks() {
        String all = node.exec("ip", "rule")
                + node.exec("ip", "-6", "rule")
                + node.exec("nft", "-n", "list", "ruleset")
                        .lines()
                        .filter(line -> line.contains("mark"))
                        .reduce("", (lines, line) -> lines + line + "\n");
        return all.replaceAll("0x0+(?=[1-9a-f])", "0x");
    }
}
