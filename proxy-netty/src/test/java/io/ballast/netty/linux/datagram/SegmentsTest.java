package io.ballast.netty.linux.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.NetworkNamespace;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the kernel: several datagrams in one packet. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
class SegmentsTest {
    private static final int SOL_UDP = 17;
    private static final int UDP_GRO = 104;
    private static final int LENGTH = 10_300;
    private static final int SEGMENT = 1_000;

    private final ReceiveBatch received = new ReceiveBatch(32, true);
    private final SendBatch batch = new SendBatch(2);
    private final DirectMemory payload = DirectMemory.allocate(LENGTH);
    private NetworkNamespace namespace;
    private LinuxSocket receiver;
    private LinuxSocket sender;

    @BeforeEach
    void open() throws Exception {
        Epoll.ensureAvailability();
        byte[] random = new byte[LENGTH];
        new Random(5).nextBytes(random);
        payload.buffer().put(0, random);
        namespace = NetworkNamespace.create();
        receiver = namespace.run(SegmentsTest::socket);
        receiver.setIntOpt(SOL_UDP, UDP_GRO, 1);
        sender = namespace.run(SegmentsTest::socket);
        sender.connect(receiver.localAddress());
    }

    private static LinuxSocket socket() throws IOException {
        LinuxSocket socket = LinuxSocket.newSocketDgram(SocketProtocolFamily.INET);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return socket;
    }

    @AfterEach
    void close() throws Exception {
        sender.close();
        receiver.close();
        namespace.close();
    }

    @Test
    void readsAsOneWhatWasSentAsOne() throws Exception {
        batch.addSegments(payload.buffer().slice(), payload.address(), LENGTH, SEGMENT, null);
        batch.add(payload.buffer().slice(), payload.address(), 700, null);

        assertThat(batch.send(sender.intValue())).isZero();

        assertThat(receive(LENGTH + 700)).containsExactly("10300 of 1000", "700 of 700");
        assertThat(received.payload(0).slice(0, LENGTH))
                .isEqualTo(payload.buffer().slice());
    }

    @Test
    void sendsOneByOneWhatTheDeviceCannotCarry() throws Exception {
        namespace.ip("link set lo mtu 900");
        batch.addSegments(payload.buffer().slice(), payload.address(), LENGTH, SEGMENT, null);
        batch.add(payload.buffer().slice(), payload.address(), 700, null);

        assertThat(batch.send(sender.intValue())).isZero();

        List<String> seen = receive(LENGTH + 700);
        assertThat(seen).hasSize(12).startsWith("1000 of 1000").endsWith("1000 of 1000", "300 of 300", "700 of 700");
        assertThat(received.payload(9).slice(0, SEGMENT))
                .isEqualTo(payload.buffer().slice(9 * SEGMENT, SEGMENT));
    }

    /** What comes until there are that many bytes. */
    private List<String> receive(int bytes) throws Exception {
        List<String> seen = new ArrayList<>();
        int[] sum = {0};
        Await.until("all bytes are there", () -> {
            int first = seen.size();
            int count = received.receive(receiver.intValue(), first);
            for (int slot = first; slot < first + count; slot++) {
                seen.add(received.length(slot) + " of " + received.segment(slot));
                sum[0] += received.length(slot);
            }
            return sum[0] >= bytes;
        });
        return seen;
    }
}
