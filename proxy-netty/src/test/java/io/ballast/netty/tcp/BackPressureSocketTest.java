package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.stats.Direction;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.testing.LeakGuard;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.ExtendWith;

/** A sender that is limited by nothing but back-pressure, against a reader that takes 1 byte of each 10 000 sent. */
@ExtendWith(LeakGuard.class)
class BackPressureSocketTest {
    private static final int SENT = 48 << 20;
    private static final int SLOWNESS = 10_000;
    private static final int SMALL_WINDOW = 16 * 1024;

    /** The allocator takes memory in chunks, which it keeps. */
    private static final long ALLOCATOR_CHUNKS = 8 << 20;

    @EveryRelay
    void clientFasterThanEndpointIsSlowedDown(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start("127.0.0.1", SMALL_WINDOW);
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            assertBoundedMemory(path, kind, client, server, Direction.TO_ENDPOINT);
        }
    }

    @EveryRelay
    void endpointFasterThanClientIsSlowedDown(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect(SMALL_WINDOW)) {
            Socket server = endpoint.accept();
            assertBoundedMemory(path, kind, server, client, Direction.TO_CLIENT);
        }
    }

    private static void assertBoundedMemory(
            TestDatapath path, RelayKind kind, Socket sender, Socket reader, Direction direction) throws Exception {
        long memoryBefore = usedDirectMemory();
        byte[] payload = Payload.bytes(SENT);
        CompletableFuture<Void> sending = Payload.send(sender, payload);
        InputStream in = reader.getInputStream();
        long slowlyRead = 0;
        while (slowlyRead < SENT / SLOWNESS / 2) {
            in.skipNBytes(64);
            slowlyRead += 64;
            assertThat(path.pendingBytes()).isLessThanOrEqualTo(kind.mostPendingBytes());
        }
        long relayed = Eventually.settled(() -> path.service.stats.bytes(direction));
        assertThat(relayed).isLessThan(SENT);
        assertThat(path.pendingBytes()).isLessThanOrEqualTo(kind.mostPendingBytes());
        assertThat(usedDirectMemory() - memoryBefore).isLessThan(ALLOCATOR_CHUNKS);

        in.skipNBytes(SENT - slowlyRead - 1000);
        byte[] tail = in.readAllBytes();
        assertThat(tail).hasSize(1000).containsExactly(Arrays.copyOfRange(payload, SENT - 1000, SENT));
        sending.join();
    }

    /** What is sent ends in FIN while it is still in the kernel: that must not make anybody read it all at once. */
    @EveryRelay
    void endOfStreamBehindAStallIsNotReadAhead(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start("127.0.0.1", SMALL_WINDOW);
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            byte[] stall = Payload.bytes(SENT);
            CompletableFuture<Void> sending = Payload.send(client, stall);
            Eventually.settled(() -> path.service.stats.bytes(Direction.TO_ENDPOINT));
            // Frees the sender's queue in the kernel step by step, until FIN is behind bytes that nobody has read.
            InputStream in = server.getInputStream();
            long read = 0;
            while (!sending.isDone()) {
                in.skipNBytes(SMALL_WINDOW);
                read += SMALL_WINDOW;
            }
            Eventually.settled(() -> path.service.stats.bytes(Direction.TO_ENDPOINT));
            if (kind != RelayKind.IO_URING) {
                // Netty's io_uring channel reads what the kernel holds as soon as it hears of FIN.
                assertThat(path.pendingBytes()).isLessThanOrEqualTo(kind.mostPendingBytes());
            }
            in.skipNBytes(SENT - read);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private static long usedDirectMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}
