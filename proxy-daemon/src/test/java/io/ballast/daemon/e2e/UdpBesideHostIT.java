package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host process holds the Service's port on the wildcard address of both families, as a node's own resolver does. */
@RequiresRoot
@RequiresKernel("5.9")
class UdpBesideHostIT {
    private static final int PORT = 53;
    private static final List<String> SERVICE = List.of(
            "10.96.0.53", "fd00:96::53", "203.0.113.53", "2001:db8:113::53", "198.51.100.53", "2001:db8:51::53");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine node = cluster.node();
    private final Machine pod = cluster.machine("client");
    private final Machine outside = cluster.machine("outside");

    @BeforeEach
    void routeAndServe() throws Exception {
        cluster.routeBeyondNode("outside");
        cluster.serve("web");
    }

    private BallastProcess startBallast() throws Exception {
        return cluster.ballast("--intercept=sk-lookup", Cluster.ALL_PODS);
    }

    private NamedServer startHost() throws Exception {
        return cluster.serve(node, "host", PORT);
    }

    private void addService() throws Exception {
        Manifest.service("dns", SERVICE.get(0), SERVICE.get(1))
                .port(PORT, 0)
                .externalIps(SERVICE.get(2), SERVICE.get(3))
                .loadBalancerIps(SERVICE.get(4), SERVICE.get(5))
                .endpoints(cluster.machine("web"))
                .write(cluster.manifests());
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
        assertThat(name(outside, node.ipv4(), 100)).isEqualTo("host");
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
        for (Machine from : List.of(pod, node, outside)) {
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
            String heard = name(outside, address, 100);
            if (!heard.equals(host)) {
                problems.add("outside -> the node itself: " + heard);
            }
        }
        assertThat(problems).isEmpty();
    }

    private static String name(Machine from, String address, int length) throws Exception {
        return Dial.udpServer(from, address, PORT, length);
    }
}
