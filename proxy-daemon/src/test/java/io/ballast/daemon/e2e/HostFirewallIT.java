package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A firewall of the host that drops what comes in, as ufw sets it up: it is named, and one rule lets Services through. */
@RequiresRoot
@RequiresCommand("iptables")
@RequiresFeature(NftablesProbe.class)
class HostFirewallIT {
    private final Topology topology = Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .bridgedPod("web1")
            .build();
    private final Machine node = topology.machine("node1");
    private final Machine client = topology.machine("client");

    @TempDir
    Path manifests;

    @AfterEach
    void close() {
        topology.close();
    }

    @Test
    void isNamedAndLetsServicesThroughByOneRule() throws Exception {
        Machine web = topology.machine("web1");
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
        Manifest.service("web", "10.96.0.10")
                .port(80, 0)
                .endpoints("node1", web.ipv4())
                .write(manifests);
        node.exec("iptables", "-P", "INPUT", "DROP");
        node.exec("iptables", "-A", "INPUT", "-i", "lo", "-j", "ACCEPT");
        node.exec("iptables", "-A", "INPUT", "-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "ACCEPT");

        try (NamedServer server = NamedServer.start(web, "web1", 8080);
                BallastProcess ballast = BallastProcess.start(node, manifests)) {
            assertThat(Dial.tcp(client, "10.96.0.10", 80)).isEqualTo(Dial.SILENCE);
            assertThat(ballast.log())
                    .contains("firewall is in the way: nftables chain ip filter INPUT drops by default");

            node.exec("iptables", "-A", "INPUT", "-d", "10.96.0.0/12", "-j", "ACCEPT");

            assertThat(Dial.tcp(client, "10.96.0.10", 80)).as(ballast.log()).startsWith("web1 ");
            assertThat(Dial.udp(client, "10.96.0.10", 80, 100)).startsWith("web1 ");
        }
        try (BallastProcess command = BallastProcess.launch(node, List.of("capabilities"))) {
            assertThat(command.awaitEnd()).isZero();
            assertThat(command.log()).contains("nftables chain ip filter INPUT drops by default");
        }
    }
}
