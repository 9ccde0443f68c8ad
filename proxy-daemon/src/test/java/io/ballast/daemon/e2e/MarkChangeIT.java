package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The next start has another {@code --mark}: nothing of the former one stays, and nothing is missing meanwhile. */
@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class MarkChangeIT {
    private static final List<String> EXTERNAL_IPS = List.of("203.0.113.250", "2001:db8:113::250");
    private static final String BEFORE = "0x20";
    private static final String AFTER = "0x40";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine node = cluster.node();
    private final Machine outside = cluster.machine("outside");

    @BeforeEach
    void describeCluster() throws Exception {
        Machine[] web = cluster.serve("web");
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(80, 0)
                .externalIps(EXTERNAL_IPS.toArray(String[]::new))
                .endpoints(web)
                .write(cluster.manifests());
    }

    private BallastProcess launch(String mark, String intercept) throws IOException {
        return cluster.launch(
                List.of(), Cluster.BRIDGED_PODS, "--intercept=" + intercept, "--mark=" + mark + "/" + mark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void afterAKill(String intercept) throws Exception {
        String before = marks();
        BallastProcess first = launch(BEFORE, intercept).ready();
        expectOnly(BEFORE, AFTER, first);
        first.kill();
        assertThat(marks()).contains(BEFORE);

        BallastProcess second = launch(AFTER, intercept).ready();
        expectOnly(AFTER, BEFORE, second);
        second.kill();
        cluster.run(List.of(), "cleanup");
        assertThat(marks()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void besideTheOneThatServes(String intercept) throws Exception {
        BallastProcess first = launch(BEFORE, intercept).ready();
        ClientLoad load = cluster.keep(new ClientLoad());
        EXTERNAL_IPS.forEach(address -> load.tcp(outside, address, 80));
        load.awaitMore(10);
        BallastProcess second = launch(AFTER, intercept);
        assertThat(first.awaitEnd()).as(first.log()).isZero();
        load.awaitMore(30);

        assertThat(load.answersOtherThan("web")).as(first.log() + second.log()).isEmpty();
        expectOnly(AFTER, BEFORE, second);
        for (BallastProcess either : List.of(first, second)) {
            assertThat(either.log()).doesNotContain("Somebody took");
        }
    }

    private void expectOnly(String mark, String other, BallastProcess ballast) throws Exception {
        for (String address : EXTERNAL_IPS) {
            assertThat(Dial.tcp(outside, address, 80)).as(ballast.log()).startsWith("web");
        }
        Machine client = cluster.machine("client");
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
