package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Report;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which ports of an address are the Service's. Of a ClusterIP all: what the host listens on is refused there. Of an
 * external address only those it names, also where it is the address of this node or of another one, whose ssh stays
 * reachable.
 */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class GuardIT {
    private static final int SERVICE_PORT = 80;
    private static final List<Integer> HOST_PORTS = List.of(22, 69, 8080);
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.10", "fd00:96::10", "10.96.0.11", "fd00:96::11");
    private static final List<String> CLIENTS = List.of("client", "routed", "node1", "outside");
    private static final Report REPORT = new Report(
            "guard-matrix", "interceptor", "address is", "address", "client", "port", "protocol", "expected", "seen");

    @RegisterExtension
    final Cluster cluster = Cluster.of(Topology.builder()
            .node("node1")
            .bridgedPod("client")
            .routedPod("routed")
            .bridgedPod("web1")
            .node("node2")
            .outside("outside"));

    private final Machine node1 = cluster.node();
    private final Machine node2 = cluster.machine("node2");

    @BeforeEach
    void describeCluster() throws Exception {
        for (Machine node : List.of(node1, node2)) {
            cluster.refuseWithoutLimit(node);
            // The kernel tells a client of better ways.
            node.exec("sysctl", "-qw", "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.eth0.send_redirects=0");
        }
        Machine outside = cluster.machine("outside");
        outside.exec("sysctl", "-qw", "net.ipv6.conf.all.accept_redirects=0", "net.ipv6.conf.eth0.accept_redirects=0");
        // As a router does that sends what is for the other node's address by way of this one.
        outside.ip(
                "route add " + node2.ipv4() + "/32 via " + node1.ipv4(),
                "route add " + node2.ipv6() + "/128 via " + node1.ipv6());
        // A socket on the wildcard answers a datagram from the address that the way to the client has as its source.
        node1.ip(
                "route replace 10.244.1.0/24 dev cni0 src " + node1.ipv4(),
                "route add 2001:db8:244:1::/64 dev cni0 metric 100 src " + node1.ipv6());
        for (int port : HOST_PORTS) {
            cluster.serve(node1, "node1", port);
            cluster.serve(node2, "node2", port);
        }
        cluster.serve(node2, "node2", SERVICE_PORT);
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(SERVICE_PORT, 0)
                .externalIps(node1.ipv4(), node1.ipv6(), node2.ipv4(), node2.ipv6())
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
        Manifest.service("empty", "10.96.0.11", "fd00:96::11")
                .port(SERVICE_PORT, 0)
                .write(cluster.manifests());
    }

    @AfterAll
    static void report() throws IOException {
        REPORT.write();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void onlyThePortsOfServicesAreTaken(String intercept) throws Exception {
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        List<String> problems = new ArrayList<>();
        for (String client : CLIENTS) {
            Row row = new Row(intercept, client, problems);
            for (String clusterIp : CLUSTER_IPS) {
                row.expect(clusterIp, SERVICE_PORT, clusterIp.matches(".*10$") ? "web1" : Dial.REFUSED);
                for (int port : HOST_PORTS) {
                    row.expect(clusterIp, port, Dial.REFUSED);
                }
            }
            for (Machine node : List.of(node1, node2)) {
                for (String address : List.of(node.ipv4(), node.ipv6())) {
                    row.expect(address, SERVICE_PORT, "web1");
                    for (int port : HOST_PORTS) {
                        row.expect(address, port, node.name());
                    }
                }
            }
        }
        assertThat(problems).as(ballast.log()).isEmpty();
    }

    private final class Row {
        private final String intercept;
        private final String client;
        private final List<String> problems;

        private Row(String intercept, String client, List<String> problems) {
            this.intercept = intercept;
            this.client = client;
            this.problems = problems;
        }

        private void expect(String address, int port, String expected) throws Exception {
            Machine from = cluster.machine(client);
            note(address, port, "tcp", expected, Dial.tcpServer(from, address, port));
            note(address, port, "udp", expected, Dial.udpServer(from, address, port, 100));
        }

        private void note(String address, int port, String protocol, String expected, String seen) {
            String kind = CLUSTER_IPS.contains(address) ? "a ClusterIP" : "an externalIP that a node owns";
            List<String> row =
                    List.of(intercept, kind, address, client, String.valueOf(port), protocol, expected, seen);
            REPORT.add(row.toArray(String[]::new));
            if (!seen.equals(expected)) {
                problems.add(row.toString());
            }
        }
    }
}
