package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Machine;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who counts as inside is told by the interface that a client comes in at. */
class WayInIT extends LocalPolicyFixture {
    @ParameterizedTest
    @CsvSource({
        "sk-lookup, epoll, cni0, web1 web2",
        "bind, epoll, cni0, web1 web2",
        "bind, io_uring, cni0, web1 web2",
        "sk-lookup, epoll, side, web1",
        "bind, epoll, side, web1"
    })
    void goesByTheWayInAndNotByTheWayBack(String intercept, String transport, String podInterface, String seen)
            throws Exception {
        Machine pod = cluster.machine(BRIDGED);
        Machine routed = cluster.machine(ROUTED);
        // What the node sends to the pod goes over another link than what the pod sends.
        node.ip(
                "link add side type veth peer name side0 netns "
                        + pod.namespace().name(),
                "link set side up");
        pod.ip("link set side0 up");
        node.ip("route add " + pod.ipv4() + "/32 dev side");
        for (Machine machine : List.of(node, pod)) {
            machine.exec("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0");
        }
        node.exec("sysctl", "-qw", "net.ipv4.conf.cni0.rp_filter=0", "net.ipv4.conf.side.rp_filter=0");
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(PORT, NODE_PORT)
                .spec("externalTrafficPolicy: Local")
                .loadBalancerIps("198.51.100.7")
                .endpoints(routed, web2)
                .write(cluster.manifests());
        cluster.serve(routed, "web1", 8080);
        BallastProcess ballast = cluster.ballast(
                "--intercept=" + intercept,
                "--transport=" + transport,
                "--client-ip=never",
                "--detect-local-mode=BridgeInterface",
                "--pod-bridge-interface=" + podInterface);
        Set<String> tcp = new TreeSet<>();
        Set<String> udp = new TreeSet<>();
        for (int i = 0; i < 8; i++) {
            tcp.add(Dial.tcpServer(pod, "198.51.100.7", PORT));
            udp.add(Dial.udpServer(pod, "198.51.100.7", PORT, 100));
        }
        assertThat(tcp).as(ballast.log()).containsExactly(seen.split(" "));
        assertThat(udp).as(ballast.log()).containsExactly(seen.split(" "));
    }
}
