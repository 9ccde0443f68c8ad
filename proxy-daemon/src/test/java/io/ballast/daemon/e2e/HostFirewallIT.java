package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A firewall of the host that drops what comes in, as ufw sets it up: it is named, and one rule lets Services through. */
@RequiresRoot
@RequiresCommand("iptables")
@RequiresFeature(NftablesProbe.class)
class HostFirewallIT {
    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web1");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");

    @Test
    void isNamedAndLetsServicesThroughByOneRule() throws Exception {
        Manifest.service("web", "10.96.0.10")
                .port(80, 0)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
        node.exec("iptables", "-P", "INPUT", "DROP");
        node.exec("iptables", "-A", "INPUT", "-i", "lo", "-j", "ACCEPT");
        node.exec("iptables", "-A", "INPUT", "-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "ACCEPT");

        BallastProcess ballast = cluster.ballast();
        assertThat(Dial.tcp(client, "10.96.0.10", 80)).isEqualTo(Dial.SILENCE);
        assertThat(ballast.log()).contains("firewall is in the way: nftables chain ip filter INPUT drops by default");

        node.exec("iptables", "-A", "INPUT", "-d", "10.96.0.0/12", "-j", "ACCEPT");

        assertThat(Dial.tcp(client, "10.96.0.10", 80)).as(ballast.log()).startsWith("web1 ");
        assertThat(Dial.udp(client, "10.96.0.10", 80, 100)).startsWith("web1 ");
        assertThat(cluster.run(List.of(), "capabilities")).contains("nftables chain ip filter INPUT drops by default");
    }
}
