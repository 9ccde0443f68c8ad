package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host process holds the Service's port on the wildcard address of both families, as a node's own resolver does. */
@RequiresRoot
@RequiresKernel("5.9")
class UdpBesideHostIT {
    private static final int PORT = 53;
    private static final List<String> SERVICE = List.of(
            "10.96.0.53", "fd00:96::53", "203.0.113.53", "2001:db8:113::53", "198.51.100.53", "2001:db8:51::53");

    @TempDir
    Path manifests;

    private final List<AutoCloseable> resources = new ArrayList<>();
    private Topology topology;
    private Machine node;
    private Machine pod;

    @BeforeEach
    void build() throws Exception {
        topology = keep(Topology.builder()
                .node("node1")
                .bridgedPod("client")
                .bridgedPod("web")
                .outside("outside")
                .build());
        node = topology.machine("node1");
        pod = topology.machine("client");
        Machine web = topology.machine("web");
        Machine outside = topology.machine("outside");
        node.ip("route add default via " + outside.ipv4());
        node.ip("route add default via " + outside.ipv6());
        keep(NamedServer.start(web, "web", 8080));
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
    }

    @AfterEach
    void close() throws Exception {
        for (int i = resources.size() - 1; i >= 0; i--) {
            resources.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.add(resource);
        return resource;
    }

    private BallastProcess startBallast() throws Exception {
        return keep(BallastProcess.start(
                node, manifests, "--intercept=sk-lookup", "--cluster-cidr=10.244.0.0/15,2001:db8:244::/47"));
    }

    private NamedServer startHost() throws Exception {
        return keep(NamedServer.start(node, "host", PORT));
    }

    private void addService() throws Exception {
        Machine web = topology.machine("web");
        Manifest.service("dns", SERVICE.get(0), SERVICE.get(1))
                .port(PORT, 0)
                .externalIps(SERVICE.get(2), SERVICE.get(3))
                .loadBalancerIps(SERVICE.get(4), SERVICE.get(5))
                .endpoints("node1", web.ipv4())
                .endpoints("node1", web.ipv6())
                .write(manifests);
    }

    @Test
    void worksBesideAHostProcessThatWasThereFirst() throws Exception {
        NamedServer host = startHost();
        addService();
        BallastProcess ballast = startBallast();
        expect("web", "host");

        host.close();
        expect("web", Dial.REFUSED);

        startHost();
        expect("web", "host");

        assertThat(ballast.stop()).isZero();
        assertThat(name(topology.machine("outside"), node.ipv4(), 100)).isEqualTo("host");
        startBallast();
        expect("web", "host");
    }

    @Test
    void leavesThePortToAHostProcessThatComesLater() throws Exception {
        addService();
        startBallast();
        expect("web", Dial.REFUSED);

        startHost();
        expect("web", "host");
    }

    @Test
    void servesAServiceThatComesLast() throws Exception {
        startBallast();
        startHost();
        addService();
        Await.until("the Service answers", () -> name(pod, SERVICE.get(0), 100).equals("web"));
        expect("web", "host");
    }

    /** Datagrams larger than the link's packets pass whole both ways, from every kind of client. */
    private void expect(String service, String host) throws Exception {
        List<String> problems = new ArrayList<>();
        for (Machine from : List.of(pod, node, topology.machine("outside"))) {
            for (String address : SERVICE) {
                for (int length : new int[] {100, 2_000, 9_000, 60_000}) {
                    String heard = name(from, address, length);
                    if (!heard.equals(service)) {
                        problems.add(from.name() + " -> " + address + " with " + length + " bytes: " + heard);
                    }
                }
            }
        }
        for (String address : List.of(node.ipv4(), node.ipv6())) {
            String heard = name(topology.machine("outside"), address, 100);
            if (!heard.equals(host)) {
                problems.add("outside -> the node itself: " + heard);
            }
        }
        assertThat(problems).isEmpty();
    }

    private static String name(Machine from, String address, int length) throws Exception {
        return Dial.udp(from, address, PORT, length).split(" ", 2)[0];
    }
}
