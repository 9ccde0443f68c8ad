package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bounds the garbage of the data path. Bytes allocated are the same on a busy machine, unlike times; the bounds leave
 * room for other JDKs, not for a new object per read.
 */
class AllocationSocketTest {
    private static final int CONNECTIONS = 200;
    private static final int EXCHANGES = 2000;

    /** Two legs, two registrations with Netty's epoll handler, the decision, the lease, socket objects and addresses. */
    private static final long MOST_PER_CONNECTION = 4096;

    /** Netty makes one event object for each readiness; nothing else. */
    private static final long MOST_PER_BUFFER = 64;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "EPOLL_BATCHED", "EPOLL_SPLICED"})
    void connectionsCostLittleGarbage(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()))) {
            connect(path, endpoint);
            long before = allocated(path);
            connect(path, endpoint);
            long each = (allocated(path) - before) / CONNECTIONS;
            assertThat(each).as("bytes allocated per connection").isBetween(1L, MOST_PER_CONNECTION);
        }
    }

    private static void connect(TestDatapath path, TestEndpoint endpoint) throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket client = path.connect();
                    Socket server = endpoint.accept()) {
                exchange(client, server);
            }
        }
        path.awaitNoConnections();
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "EPOLL_BATCHED", "EPOLL_SPLICED"})
    void relayedBuffersCostNoGarbage(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect();
                Socket server = endpoint.accept()) {
            exchangeOften(client, server);
            long before = allocated(path);
            exchangeOften(client, server);
            long each = (allocated(path) - before) / (2 * EXCHANGES);
            assertThat(each).as("bytes allocated per relayed buffer").isLessThanOrEqualTo(MOST_PER_BUFFER);
        }
    }

    private static void exchangeOften(Socket client, Socket server) throws IOException {
        for (int i = 0; i < EXCHANGES; i++) {
            exchange(client, server);
        }
    }

    private static void exchange(Socket client, Socket server) throws IOException {
        client.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);
        server.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);
    }

    /** By all event loops since they started. */
    private long allocated(TestDatapath path) throws Exception {
        long bytes = 0;
        for (IoEventLoop loop : path.loops.all()) {
            bytes += loop.submit(threads::getCurrentThreadAllocatedBytes).get();
        }
        return bytes;
    }
}
