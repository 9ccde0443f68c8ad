package io.ballast.netty.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.testing.NetworkNamespace;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Short exchanges are spared segments, and who waits for an acknowledgement does not wait for the kernel's timer (40 ms
 * and more), whose work {@code DelayedACKs} counts. In a network namespace where nobody else's connections count.
 */
@RequiresRoot
@ExtendWith(LeakGuard.class)
class LateAcknowledgementsSocketTest {
    private static final int TIMES = 20;
    /** The test's own sockets may have to do with that timer, on a busy machine. */
    private static final int FEW = TIMES / 2;

    @Test
    void learnsThatClientsSpeakFirst() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(RelayKind.EPOLL, new TestService(endpoint.address()))) {
            assertThat(path.service.stats.clientsSpeakFirst()).isFalse();
            exchange(path, endpoint);
            assertThat(path.service.stats.clientsSpeakFirst()).isTrue();
        }
    }

    @Test
    void sparesASegmentWhereTheClientSpeaksFirst() throws Exception {
        inNamespace(() -> {
            try (TestEndpoint endpoint = TestEndpoint.start();
                    TestDatapath path = start(endpoint)) {
                exchanges(path, endpoint);
                long late = exchanges(path, endpoint);
                path.service.stats.endpointSpokeFirst();
                long atOnce = exchanges(path, endpoint);
                assertThat(atOnce - late).isGreaterThan(FEW);
            }
            return null;
        });
    }

    /** Some short connections, and how many segments all of them took. */
    private static long exchanges(TestDatapath path, TestEndpoint endpoint) throws Exception {
        long before = counter("snmp", "Tcp:", "OutSegs");
        for (int i = 0; i < TIMES; i++) {
            exchange(path, endpoint);
        }
        return counter("snmp", "Tcp:", "OutSegs") - before;
    }

    private static void exchange(TestDatapath path, TestEndpoint endpoint) throws Exception {
        BusyLoops busy = BusyLoops.start(path.loops);
        try (Socket client = path.connect()) {
            client.getOutputStream().write(1);
            busy.end();
            try (Socket server = endpoint.accept()) {
                assertThat(server.getInputStream().read()).isEqualTo(1);
                server.getOutputStream().write(2);
                assertThat(client.getInputStream().read()).isEqualTo(2);
            }
        }
        path.awaitNoConnections();
    }

    /** Each of them for the first time, at a Service whose clients were known to: it is told, though later. */
    @Test
    void anEndpointThatSpeaksFirstIsToldOfItsConnection() throws Exception {
        inNamespace(() -> {
            for (int i = 0; i < TIMES; i++) {
                try (TestEndpoint endpoint = TestEndpoint.start();
                        TestDatapath path = start(endpoint);
                        Socket client = path.connect();
                        Socket server = endpoint.accept()) {
                    server.getOutputStream().write("220 ready".getBytes(US_ASCII));
                    assertThat(client.getInputStream().readNBytes(9)).asString().isEqualTo("220 ready");
                    assertThat(path.service.stats.clientsSpeakFirst()).isFalse();
                }
            }
            assertThat(delayedAcknowledgements()).isLessThan(FEW);
            return null;
        });
    }

    @Test
    void anEndpointWhoseSegmentsWaitForEachOtherMaySendTheNext() throws Exception {
        inNamespace(() -> {
            try (TestEndpoint endpoint = TestEndpoint.start();
                    TestDatapath path = start(endpoint)) {
                for (int i = 0; i < TIMES; i++) {
                    try (Socket client = path.connect();
                            Socket server = endpoint.accept()) {
                        client.getOutputStream().write(1);
                        server.setTcpNoDelay(false);
                        assertThat(server.getInputStream().read()).isEqualTo(1);
                        server.getOutputStream().write("head".getBytes(US_ASCII));
                        server.getOutputStream().write("body".getBytes(US_ASCII));
                        assertThat(client.getInputStream().readNBytes(8))
                                .asString()
                                .isEqualTo("headbody");
                    }
                    path.awaitNoConnections();
                }
                assertThat(delayedAcknowledgements()).isLessThan(FEW);
            }
            return null;
        });
    }

    private static TestDatapath start(TestEndpoint endpoint) throws IOException {
        TestService service = new TestService(endpoint.address());
        service.stats.clientSpokeFirst();
        return TestDatapath.start(RelayKind.EPOLL, service);
    }

    private static void inNamespace(Callable<?> body) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.run(body);
        }
    }

    /** How often the kernel's timer had to acknowledge in this thread's namespace. */
    private static long delayedAcknowledgements() throws IOException {
        return counter("netstat", "TcpExt:", "DelayedACKs");
    }

    private static long counter(String file, String group, String name) throws IOException {
        Iterator<String> lines = Files.readAllLines(Path.of("/proc/thread-self/net", file)).stream()
                .filter(line -> line.startsWith(group))
                .iterator();
        List<String> names = Arrays.asList(lines.next().split(" ", -1));
        return Long.parseLong(lines.next().split(" ", -1)[names.indexOf(name)]);
    }
}
