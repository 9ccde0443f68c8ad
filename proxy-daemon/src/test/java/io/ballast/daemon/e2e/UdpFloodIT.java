package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.datagram.RawSocket;
import io.ballast.netty.linux.datagram.Recipient;
import io.ballast.netty.linux.datagram.SendBatch;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Datagrams under more false addresses than there is room for sessions. */
@RequiresRoot
class UdpFloodIT {
    private static final String CLUSTER_IP = "10.96.0.53";
    private static final int NODE_PORT = 30_053;
    private static final int MOST_SESSIONS = 16_384;
    private static final int FALSE_ADDRESSES = 60_000;
    /** Beside those of sessions: of the JVM, event loops, listeners. */
    private static final int OTHER_DESCRIPTORS = 1_000;
    /** As the exposition has it; IPv4 and IPv6 together. */
    private static final String SESSIONS = "ballast_udp_sessions_active{";

    private static final String EVICTED = "reason=\"evicted\"";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("dns", "client");

    private final Machine node = cluster.node();
    private final Machine client = cluster.machine("client");
    private final Machine outside = cluster.machine("outside");

    @BeforeEach
    void describeCluster() throws Exception {
        Machine dns = cluster.machine("dns");
        node.ip("route add default via " + outside.ipv4());
        cluster.keep(SourceServer.start(dns, "dns", 8080));
        Manifest.service("dns", CLUSTER_IP)
                .port("UDP", 53, NODE_PORT)
                .endpoints(dns)
                .write(cluster.manifests());
    }

    @Test
    void drivesOutNoConversation(TestReporter reporter) throws Exception {
        BallastProcess ballast = cluster.ballast();
        DatagramStream busy = cluster.keep(DatagramStream.start(client, CLUSTER_IP, 53));
        DatagramStream quiet = cluster.keep(DatagramStream.start(outside, node.ipv4(), NODE_PORT));
        for (DatagramStream stream : List.of(busy, quiet)) {
            Await.until("it has spoken for a while", () -> stream.sent() > 150);
            stream.awaitAnswer();
        }
        quiet.pause(true);

        outside.run(() -> {
            flood();
            return null;
        });
        Await.until(
                "the flood has driven out sessions",
                () -> metric(ballast, EVICTED) >= (FALSE_ADDRESSES - MOST_SESSIONS) / 4.0);

        busy.awaitAnswer();
        quiet.pause(false);
        quiet.awaitAnswer();
        long descriptors = descriptors(ballast);
        double sessions = metric(ballast, SESSIONS);
        reporter.publishEntry("sessions", sessions + ", evicted " + metric(ballast, EVICTED));
        reporter.publishEntry("descriptors", Long.toString(descriptors));
        reporter.publishEntry("busy", busy.toString());
        assertThat(busy.heard()).as(busy.toString()).hasSize(1);
        assertThat(quiet.heard()).as(quiet.toString()).hasSize(1);
        assertThat(sessions).isLessThanOrEqualTo(MOST_SESSIONS);
        assertThat(descriptors).isLessThanOrEqualTo(MOST_SESSIONS + OTHER_DESCRIPTORS);
    }

    /** One datagram from each address, answered like any other; as fast as the machine can. */
    private void flood() {
        int size = 32;
        ByteBuf payload = Unpooled.directBuffer(100).writeZero(100);
        SendBatch batch = new SendBatch(size);
        AddressPort target = new AddressPort(IpAddress.parse(node.ipv4()), NODE_PORT);
        int first = IpAddress.parse("198.18.0.1").ipv4Bits();
        try (RawSocket socket = RawSocket.udp(IpFamily.IPV4)) {
            for (int i = 0; i < FALSE_ADDRESSES; i++) {
                AddressPort source = new AddressPort(IpAddress.ofIpv4(first + i), 4_000);
                batch.add(
                        payload.internalNioBuffer(0, 100),
                        payload.memoryAddress(),
                        100,
                        Recipient.from(source, target, 0));
                if (batch.isFull()) {
                    batch.send(socket.number());
                }
            }
            batch.send(socket.number());
        } finally {
            payload.release();
        }
    }

    private static double metric(BallastProcess ballast, String text) throws Exception {
        return ballast.admin("/metrics")
                .lines()
                .filter(line -> line.contains(text))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static long descriptors(BallastProcess ballast) throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + ballast.pid() + "/fd"))) {
            return open.count();
        }
    }
}
