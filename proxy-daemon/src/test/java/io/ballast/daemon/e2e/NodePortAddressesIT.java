package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On which of the node's addresses NodePorts answer, and how that follows addresses that come and go. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "ss"})
class NodePortAddressesIT {
    private static final int NODE_PORT = 30080;
    /** Of the node: its own addresses, its bridge's, loopback. */
    private static final List<String> ADDRESSES =
            List.of("192.0.2.1", "2001:db8::1", "10.244.1.1", "2001:db8:244:1::1", "127.0.0.1", "::1");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1");

    private final Machine node = cluster.node();

    @BeforeEach
    void start() throws Exception {
        Manifest.service("web", "10.96.0.10", "fd00:96::10")
                .port(80, NODE_PORT)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
    }

    @ParameterizedTest
    @CsvSource({
        "'', 192.0.2.1 2001:db8::1 10.244.1.1 2001:db8:244:1::1 127.0.0.1 ::1",
        "--nodeport-addresses=primary, 192.0.2.1 2001:db8::1",
        "--nodeport-addresses=localhost, 127.0.0.1 ::1",
        "'--nodeport-addresses=primary,localhost', 192.0.2.1 2001:db8::1 127.0.0.1 ::1",
        "--nodeport-addresses=all, 192.0.2.1 2001:db8::1 10.244.1.1 2001:db8:244:1::1 127.0.0.1 ::1",
        // A family of which nothing is said is open.
        "--nodeport-addresses=10.244.0.0/16, 10.244.1.1 2001:db8::1 2001:db8:244:1::1 ::1",
        "'--nodeport-addresses=10.244.0.0/16,2001:db8::/64', 10.244.1.1 2001:db8::1",
    })
    void answersOnTheAddressesOfTheFlagAlone(String flag, String served) throws Exception {
        String[] flags = flag.isEmpty() ? new String[0] : new String[] {flag};
        BallastProcess ballast = cluster.ballast(flags);
        Reach reach = new Reach();
        for (String address : ADDRESSES) {
            boolean open = List.of(served.split(" ")).contains(address);
            reach.both(node, address, NODE_PORT, open ? "web1" : Dial.REFUSED);
        }
        reach.verify(ballast::log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void followsAddressesThatComeAndGo(String intercept) throws Exception {
        Machine outside = cluster.machine("outside");
        BallastProcess ballast =
                cluster.ballast("--intercept=" + intercept, "--nodeport-addresses=198.51.100.0/24,2001:db8:51::/64");
        OpenConnection unaffected = cluster.keep(OpenConnection.open(outside, "10.96.0.10", 80));
        new Reach().both(outside, node.ipv4(), NODE_PORT, Dial.REFUSED).verify(ballast::log);
        for (int round = 0; round < 2; round++) {
            node.ip("addr add 198.51.100.7/32 dev eth0", "addr add 2001:db8:51::7/128 dev eth0 nodad");
            new Reach()
                    .both(outside, "198.51.100.7", NODE_PORT, "web1")
                    .both(outside, "2001:db8:51::7", NODE_PORT, "web1")
                    .verify(ballast::log);

            node.ip("addr del 198.51.100.7/32 dev eth0", "addr del 2001:db8:51::7/128 dev eth0");
            Await.until("the NodePort is released", () -> !frontends(ballast)
                    .matches("(?s).*(198.51.100.7|2001:db8:51::7).*"));
            assertThat(node.exec("ss", "-lntu")).doesNotContain(":" + NODE_PORT + " ");
        }
        unaffected.assertAlive("after addresses came and went");
    }

    /** As any address that is local to the host, node-local DNS for one: upstream's {@code addrtype LOCAL}. */
    @ParameterizedTest
    @ValueSource(strings = {"bind", "sk-lookup"})
    void answersOnLinkLocalAddressesOfIpv4(String intercept) throws Exception {
        node.ip("link add localdns type bridge", "addr add 169.254.20.10/32 dev localdns", "link set localdns up");
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);
        new Reach().both(node, "169.254.20.10", NODE_PORT, "web1").verify(ballast::log);
    }

    private static String frontends(BallastProcess ballast) throws Exception {
        return ballast.admin("/api/services/default/web");
    }
}
