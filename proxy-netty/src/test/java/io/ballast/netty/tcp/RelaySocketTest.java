package io.ballast.netty.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.CloseReason;
import io.ballast.core.stats.Direction;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.testing.LeakGuard;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakGuard.class)
class RelaySocketTest {
    @EveryRelay
    void relaysBothWays(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            client.getOutputStream().write("ping".getBytes(US_ASCII));
            Socket server = endpoint.accept();
            assertThat(server.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
            server.getOutputStream().write("pong!".getBytes(US_ASCII));
            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("pong!");

            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            path.awaitNoConnections();
            assertThat(path.service.stats.bytes(Direction.TO_ENDPOINT)).isEqualTo(4);
            assertThat(path.service.stats.bytes(Direction.TO_CLIENT)).isEqualTo(5);
            assertThat(path.service.stats.connectionsClosed(CloseReason.FINISHED))
                    .isEqualTo(1);
            assertThat(path.service.stats.connectionsActive()).isZero();
            assertThat(path.service.balancer.active()).isZero();
        }
    }

    @EveryRelay
    void relaysOverIpv6(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start("::1");
                TestDatapath path = TestDatapath.start(
                        kind.transport(),
                        new TestService(endpoint.address()),
                        kind.settings(),
                        UpstreamBinder.NODE_ADDRESS,
                        ConnectionLog.NONE,
                        "::1");
                Socket client = path.connect()) {
            client.getOutputStream().write(7);
            Socket server = endpoint.accept();
            assertThat(server.getInputStream().read()).isEqualTo(7);
            server.getOutputStream().write(8);
            assertThat(client.getInputStream().read()).isEqualTo(8);
        }
    }

    @EveryRelay
    void speaksFirstWhenTheEndpointDoes(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            endpoint.accept().getOutputStream().write("220 ready".getBytes(US_ASCII));
            assertThat(client.getInputStream().readNBytes(9)).asString().isEqualTo("220 ready");
        }
    }

    @EveryRelay
    void keepsTheWayBackOpenWhenTheClientEndsItsHalf(RelayKind kind) throws Exception {
        byte[] answer = Payload.bytes(8 << 20);
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            client.getOutputStream().write("question".getBytes(US_ASCII));
            client.shutdownOutput();
            Socket server = endpoint.accept();
            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("question");
            CompletableFuture<Void> answering = Payload.send(server, answer);
            assertThat(Payload.hash(client.getInputStream())).isEqualTo(Payload.hash(answer));
            answering.join();
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.FINISHED))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void keepsTheWayToTheEndpointOpenWhenItEndsItsHalf(RelayKind kind) throws Exception {
        byte[] upload = Payload.bytes(8 << 20);
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            server.getOutputStream().write("go".getBytes(US_ASCII));
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("go");
            CompletableFuture<Void> uploading = Payload.send(client, upload);
            assertThat(Payload.hash(server.getInputStream())).isEqualTo(Payload.hash(upload));
            uploading.join();
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.FINISHED))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void passesTheClientsResetOn(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            client.getOutputStream().write(1);
            Socket server = endpoint.accept();
            assertThat(server.getInputStream().read()).isEqualTo(1);
            reset(client);
            assertThatThrownBy(() -> server.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.CLIENT_RESET))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void passesTheEndpointsResetOn(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            server.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            reset(server);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.ENDPOINT_RESET))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void passesAResetOnAfterAHalfWasClosed(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            reset(server);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            path.awaitNoConnections();
        }
    }

    @EveryRelay
    void sendsWhatIsLeftToAnEndpointThatEndedItsHalf(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start("127.0.0.1", 4096);
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            long sent = sendUntilBytesArePending(client, path);
            client.shutdownOutput();

            assertThat(server.getInputStream().readAllBytes()).hasSize((int) sent);
            path.awaitNoConnections();
        }
    }

    /** Fills the way to the endpoint: the relay could not write all that it has read. */
    private static long sendUntilBytesArePending(Socket client, TestDatapath path) throws IOException {
        byte[] chunk = Payload.bytes(48 << 10);
        long sent = 0;
        while (path.pendingBytes() == 0 || Eventually.settled(path::pendingBytes) == 0) {
            client.getOutputStream().write(chunk);
            sent += chunk.length;
            long expected = sent;
            Eventually.until(
                    "the relay has read " + sent + " bytes",
                    () -> path.service.stats.bytes(Direction.TO_ENDPOINT) == expected || path.pendingBytes() > 0);
        }
        return sent;
    }

    @EveryRelay
    void carriesLargeStreamsBothWaysAtOnce(RelayKind kind) throws Exception {
        byte[] up = Payload.bytes(16 << 20);
        byte[] down = Payload.bytes(12 << 20);
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            CompletableFuture<Void> sendingUp = Payload.send(client, up);
            CompletableFuture<Void> sendingDown = Payload.send(server, down);
            CompletableFuture<String> receivedUp = Payload.receive(server);
            assertThat(Payload.hash(client.getInputStream())).isEqualTo(Payload.hash(down));
            assertThat(receivedUp.join()).isEqualTo(Payload.hash(up));
            CompletableFuture.allOf(sendingUp, sendingDown).join();
            path.awaitNoConnections();
            assertThat(path.service.stats.bytes(Direction.TO_ENDPOINT)).isEqualTo(up.length);
            assertThat(path.service.stats.bytes(Direction.TO_CLIENT)).isEqualTo(down.length);
        }
    }

    @EveryRelay
    void slowReaderLeavesOthersFast(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start("127.0.0.1", 4096);
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket slow = path.connect();
                Socket slowToo = path.connect()) {
            endpoint.accept();
            endpoint.accept();
            CompletableFuture<Void> stalled = Payload.send(slow, Payload.bytes(32 << 20));
            CompletableFuture<Void> stalledToo = Payload.send(slowToo, Payload.bytes(32 << 20));
            Eventually.settled(() -> path.service.stats.bytes(Direction.TO_ENDPOINT));
            for (int i = 0; i < 2 * TestDatapath.LOOPS; i++) {
                try (Socket fast = path.connect()) {
                    fast.getOutputStream().write(i);
                    assertThat(endpoint.accept().getInputStream().read()).isEqualTo(i);
                }
            }
            assertThat(stalled).isNotDone();
            assertThat(stalledToo).isNotDone();
        }
    }

    private static void reset(Socket socket) throws Exception {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
