package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each {@code --transport} with each {@code --intercept}: the same is served, or it is said what is not. */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class TransportIT {
    private static final String IPV4 = "10.96.0.10";
    private static final String IPV6 = "fd00:96::10";
    private static final String EXTERNAL_IPV4 = "203.0.113.250";
    private static final String EXTERNAL_IPV6 = "2001:db8:113::250";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web1");

    private final Machine node = cluster.node();

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.routeBeyondNode("outside");
        Manifest.service("web", IPV4, IPV6)
                .port(80, 30080)
                .externalIps(EXTERNAL_IPV4, EXTERNAL_IPV6)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void servesTheSameWithIoUring(String intercept) throws Exception {
        BallastProcess ballast = start("io_uring", intercept);
        assertThat(ballast.log()).contains("intercept=" + intercept, "transport=io_uring");
        for (String address : List.of(IPV4, IPV6, EXTERNAL_IPV4, EXTERNAL_IPV6)) {
            expectServed(ballast, address, 80);
        }
        expectNodePorts(ballast);
        assertThat(ballast.stop()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "bind"})
    void servesWhatNeedsNoSocketOptionWithNio(String intercept) throws Exception {
        BallastProcess ballast = start("nio", intercept);
        assertThat(ballast.log()).contains("intercept=bind", "transport=nio");
        expectServed(ballast, IPV4, 80);
        expectNodePorts(ballast);
        for (String address : List.of("[" + IPV6 + "]", EXTERNAL_IPV4, "[" + EXTERNAL_IPV6 + "]")) {
            for (String protocol : List.of("/tcp", "/udp")) {
                String frontend = " " + address + ":80" + protocol + " is not served: ";
                assertThat(ballast.log().lines().filter(line -> line.contains(frontend)))
                        .singleElement()
                        .asString()
                        .contains("; use epoll");
            }
        }
        assertThat(ballast.log()).doesNotContain("Unknown channel option");
        assertThat(ballast.stop()).isZero();
    }

    @Test
    void refusesSocketLookupWithNio() throws Exception {
        BallastProcess ballast = cluster.launch(List.of(), "--transport=nio", "--intercept=sk-lookup");
        assertThat(ballast.awaitEnd()).isOne();
        assertThat(ballast.log()).contains("--intercept=sk-lookup cannot be had here", "use epoll");
    }

    private BallastProcess start(String transport, String intercept) throws Exception {
        return cluster.ballast("--transport=" + transport, "--intercept=" + intercept);
    }

    /** A datagram that has to be fragmented, so that buffers are right too. */
    private void expectServed(BallastProcess ballast, String address, int port) throws Exception {
        for (String client : List.of("client", "node1", "outside")) {
            Machine from = cluster.machine(client);
            assertThat(Dial.tcp(from, address, port)).as(ballast.log()).startsWith("web1 ");
            assertThat(Dial.udp(from, address, port, 20_000)).as(ballast.log()).startsWith("web1 ");
        }
    }

    private void expectNodePorts(BallastProcess ballast) throws Exception {
        expectServed(ballast, node.ipv4(), 30080);
        expectServed(ballast, node.ipv6(), 30080);
    }
}
