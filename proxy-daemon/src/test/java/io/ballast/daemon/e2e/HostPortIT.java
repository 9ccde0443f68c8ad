package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Beside a pod with a hostPort at a Service's port: the portmap plugin's rules rewrite what goes to any local address,
 * which ClusterIPs are with Ballast, and mark with a bit of their own what they have to masquerade.
 */
@RequiresRoot
@RequiresCommand({"iptables-restore", "ip6tables-restore"})
@RequiresFeature(NftablesProbe.class)
class HostPortIT {
    private static final int PORT = 80;
    private static final List<String> CLIENTS = List.of("client", "routed", "node1", "outside");
    private static final List<String> SERVICE =
            List.of("10.96.0.10", "fd00:96::10", "203.0.113.250", "2001:db8:113::250");
    /** As the portmap plugin of CNI writes it, its mark bit 13 included; $pods is the pod's own subnet. */
    private static final String PORTMAP = """
            *nat
            :CNI-HOSTPORT-DNAT - [0:0]
            :CNI-HOSTPORT-MASQ - [0:0]
            :CNI-HOSTPORT-SETMARK - [0:0]
            :CNI-DN-0123456789abcdef01234 - [0:0]
            -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
            -A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
            -A POSTROUTING -j CNI-HOSTPORT-MASQ
            -A CNI-HOSTPORT-SETMARK -j MARK --set-xmark 0x2000/0x2000
            -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
            -A CNI-HOSTPORT-DNAT -p tcp -m multiport --dports 80 -j CNI-DN-0123456789abcdef01234
            -A CNI-HOSTPORT-DNAT -p udp -m multiport --dports 80 -j CNI-DN-0123456789abcdef01234
            -A CNI-DN-0123456789abcdef01234 -s $pods -p tcp -m tcp --dport 80 -j CNI-HOSTPORT-SETMARK
            -A CNI-DN-0123456789abcdef01234 -p tcp -m tcp --dport 80 -j DNAT --to-destination $pod:8080
            -A CNI-DN-0123456789abcdef01234 -s $pods -p udp -m udp --dport 80 -j CNI-HOSTPORT-SETMARK
            -A CNI-DN-0123456789abcdef01234 -p udp -m udp --dport 80 -j DNAT --to-destination $pod:8080
            COMMIT
            """;

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .routedPod("routed")
            .bridgedPod("web1")
            .bridgedPod("hostport")
            .outside("outside"));

    private final Machine node = cluster.node();

    @TempDir
    Path directory;

    @BeforeEach
    void describeCluster() throws Exception {
        Machine hostPort = cluster.machine("hostport");
        cluster.routeBeyondNode("outside");
        cluster.serve("hostport");
        restore("iptables-restore", "10.244.1.0/24", hostPort.ipv4());
        restore("ip6tables-restore", "2001:db8:244:1::/64", "[" + hostPort.ipv6() + "]");
        Manifest.service("web", SERVICE.get(0), SERVICE.get(1))
                .port(PORT, 0)
                .externalIps(SERVICE.get(2), SERVICE.get(3))
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
    }

    private void restore(String program, String pods, String pod) throws IOException {
        Path rules = directory.resolve(program);
        Files.writeString(rules, PORTMAP.replace("$pods", pods).replace("$pod", pod));
        node.exec(program, rules.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void servicesAndHostPortsBothWork(String intercept) throws Exception {
        List<String> problems = new ArrayList<>();
        expect(problems, "hostport", node.ipv4(), node.ipv6());
        assertThat(problems).as("before Ballast").isEmpty();

        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        expect(problems, "hostport", node.ipv4(), node.ipv6());
        expect(problems, "web1", SERVICE.toArray(String[]::new));
        assertThat(problems).as(ballast.log()).isEmpty();
    }

    private void expect(List<String> problems, String server, String... addresses) throws Exception {
        for (String client : CLIENTS) {
            for (String address : addresses) {
                String tcp = Dial.tcpServer(cluster.machine(client), address, PORT);
                String udp = Dial.udpServer(cluster.machine(client), address, PORT, 100);
                if (!tcp.equals(server) || !udp.equals(server)) {
                    problems.add(client + " -> " + address + ": tcp " + tcp + ", udp " + udp);
                }
            }
        }
    }
}
