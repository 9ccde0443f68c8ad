package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a UDP client hears: the largest datagrams whole, and that nobody listens. */
@RequiresRoot
class UdpAnswersIT {
    private static final int PORT = 53;
    private static final int LARGEST = 65_507;
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.53", "fd00:96::53");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");
    private final Machine web = cluster.machine("web");

    @BeforeEach
    void describeCluster() throws Exception {
        Manifest.service("dns", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .endpoints(web)
                .write(cluster.manifests());
    }

    @ParameterizedTest
    @CsvSource({"epoll, sk-lookup", "epoll, bind", "io_uring, sk-lookup"})
    void passesTheLargestDatagramWholeOverEveryTransport(String transport, String intercept) throws Exception {
        cluster.serve("web");
        cluster.ballast("--intercept=" + intercept, "--transport=" + transport);

        for (String address : CLUSTER_IPS) {
            assertThat(Dial.udp(client, address, PORT, LARGEST)).startsWith("web ");
            assertThat(Dial.udp(node, address, PORT, LARGEST)).startsWith("web ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void passesOnThatNobodyListensAtTheEndpoint(String intercept) throws Exception {
        cluster.ballast("--intercept=" + intercept);

        for (String address : CLUSTER_IPS) {
            assertThat(Dial.udp(client, address, PORT, 100)).isEqualTo(Dial.REFUSED);
            assertThat(Dial.udp(node, address, PORT, 100)).isEqualTo(Dial.REFUSED);
        }
    }

    /** Its address means nothing without the interface that it came in through. */
    @ParameterizedTest
    @CsvSource({"epoll, sk-lookup", "epoll, bind", "nio, bind"})
    void answersAClientWithALinkLocalAddress(String transport, String intercept) throws Exception {
        cluster.serve("web");
        Manifest.service("node", "10.96.0.54", "fd00:96::54")
                .port(PORT, 30_053)
                .endpoints(web)
                .write(cluster.manifests());
        cluster.ballast("--intercept=" + intercept, "--transport=" + transport);
        client.ip("addr add fe80::c/64 dev eth0 nodad");
        String index = client.exec("ip", "-o", "link", "show", "eth0").split(":", 2)[0];

        String heard = client.run(() -> {
            try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("fe80::c%" + index, 0))) {
                socket.connect(new InetSocketAddress(node.ipv6(), 30_053));
                socket.setSoTimeout(10_000);
                socket.send(new DatagramPacket(new byte[100], 100));
                DatagramPacket answer = new DatagramPacket(new byte[200], 200);
                socket.receive(answer);
                return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
            }
        });

        assertThat(heard).startsWith("web ");
    }

    @Test
    void showsSessionsAmongTheConnections() throws Exception {
        cluster.serve("web");
        BallastProcess ballast = cluster.ballast();
        assertThat(Dial.udp(client, CLUSTER_IPS.get(0), PORT, 100)).startsWith("web ");

        assertThat(ballast.admin("/api/connections"))
                .contains("\"protocol\":\"UDP\"")
                .contains("\"frontend\":\"10.96.0.53:53\"")
                .contains("\"client\":\"" + client.ipv4())
                .contains("\"bytesToEndpoint\":100")
                .contains("\"total\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void losesNothingOf64QueriesInFlight(String intercept) throws Exception {
        cluster.serve("web");
        cluster.ballast("--intercept=" + intercept);

        for (String address : CLUSTER_IPS) {
            client.run(() -> {
                askInAClosedLoop(address);
                return null;
            });
        }

        for (Machine machine : List.of(client, node, web)) {
            String counters = machine.exec("cat", "/proc/net/snmp", "/proc/net/snmp6");
            assertThat(counters.lines().filter(line -> line.startsWith("Udp: ")).toList())
                    .as("a line of names and one of numbers")
                    .hasSize(2);
            assertThat(receiveBufferErrors(counters)).as(machine.name()).isZero();
        }
    }

    /** Each answer is followed by the next query; a lost one would leave the loop short and end it by time-out. */
    private static void askInAClosedLoop(String address) throws IOException {
        int inFlight = 64;
        int total = 20_000;
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(address, PORT));
            socket.setSoTimeout(20_000);
            DatagramPacket query = new DatagramPacket(new byte[60], 60);
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            for (int sent = 0; sent < inFlight; sent++) {
                socket.send(query);
            }
            for (int answered = 1; answered <= total; answered++) {
                socket.receive(answer);
                if (answered <= total - inFlight) {
                    socket.send(query);
                }
            }
        }
    }

    private static int receiveBufferErrors(String counters) {
        List<String[]> lines = counters.lines()
                .filter(line -> line.startsWith("Udp: "))
                .map(line -> line.split(" ", -1))
                .toList();
        int column = List.of(lines.get(0)).indexOf("RcvbufErrors");
        int ipv6 = counters.lines()
                .filter(line -> line.startsWith("Udp6RcvbufErrors"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D*6RcvbufErrors\\s*", "")))
                .sum();
        return Integer.parseInt(lines.get(1)[column]) + ipv6;
    }
}
