package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Session affinity by client through every kind of frontend, and switched live. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class AffinityIT {
    private static final String IP_4 = "10.96.0.10";
    private static final String IP_6 = "fd00:96::10";
    private static final String VIP = "198.51.100.7";
    private static final int NODE_PORT = 30080;

    @RegisterExtension
    final Cluster cluster = Cluster.ofTwoNodes();

    @BeforeEach
    void startServers() throws Exception {
        cluster.serve("web1", "web2", "far");
    }

    private void serve(String affinity, int nodePort, String... policy) throws Exception {
        Manifest web = Manifest.service("web", IP_4, IP_6)
                .port(80, nodePort)
                .loadBalancerIps(VIP)
                .spec("sessionAffinity: " + affinity);
        for (String line : policy) {
            web.spec(line);
        }
        web.endpoints(cluster.machine("web1"), cluster.machine("web2")).write(cluster.manifests());
    }

    private void assertSticky(String from, String address, int port) throws Exception {
        Set<String> udp = new TreeSet<>();
        for (int i = 0; i < 15; i++) {
            udp.add(Dial.udpServer(cluster.machine(from), address, port, 100));
        }
        assertThat(udp).as("udp from %s to %s", from, address).hasSize(1);
        assertThat(cluster.answers(from, address, port, 15))
                .as("tcp from %s to %s", from, address)
                .hasSize(1)
                .doesNotContain(Dial.REFUSED, Dial.SILENCE);
    }

    @Test
    void keepsAClientThroughEveryFrontendInBothFamilies() throws Exception {
        serve("ClientIP", NODE_PORT);
        cluster.ballast();

        assertSticky("client", IP_4, 80);
        assertSticky("client", IP_6, 80);
        assertSticky("outside", cluster.node().ipv4(), NODE_PORT);
        assertSticky("outside", cluster.node().ipv6(), NODE_PORT);
        assertSticky("outside", VIP, 80);
        assertThat(cluster.answers("outside", VIP, 80, 1))
                .isEqualTo(cluster.answers("outside", cluster.node().ipv4(), NODE_PORT, 1));
    }

    @Test
    void isSwitchedLiveWithBothPoliciesAndWithoutANodePort() throws Exception {
        serve("None", NODE_PORT);
        cluster.ballast();
        cluster.awaitAnswers("no affinity", "outside", VIP, 80, "web1", "web2");

        serve("ClientIP", 0);
        new Reach()
                .tcp(cluster.machine("outside"), cluster.node().ipv4(), NODE_PORT, Dial.REFUSED)
                .verify(() -> "");
        assertSticky("outside", VIP, 80);
        assertSticky("client", IP_4, 80);

        serve("None", NODE_PORT, "externalTrafficPolicy: Local");
        cluster.awaitAnswers("no affinity", "outside", VIP, 80, "web1", "web2");
        cluster.awaitAnswers("no affinity", "client", IP_4, 80, "web1", "web2");

        serve("ClientIP", 0, "externalTrafficPolicy: Local");
        new Reach()
                .tcp(cluster.machine("outside"), cluster.node().ipv4(), NODE_PORT, Dial.REFUSED)
                .verify(() -> "");
        assertSticky("outside", VIP, 80);
    }
}
