package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.stats.Direction;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.testing.LeakGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakGuard.class)
class LifecycleSocketTest {
    @EveryRelay
    void endsIdleConnectionsWithFinOnBothSides(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        kind, new TestService(endpoint.address()).idleAfter(Duration.ofMillis(100)));
                Socket client = path.connect()) {
            client.getOutputStream().write(1);
            Socket server = endpoint.accept();
            assertThat(server.getInputStream().read()).isEqualTo(1);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            server.shutdownOutput();
            client.shutdownOutput();
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.IDLE)).isEqualTo(1);
        }
    }

    @EveryRelay
    void endsOldConnectionsAlthoughTheyAreBusy(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        kind, new TestService(endpoint.address()).endingAfter(Duration.ofMillis(100)));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            AtomicBoolean ended = new AtomicBoolean();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(
                    () -> {
                        while (!ended.get()) {
                            writeByte(server);
                        }
                    },
                    Storm.threads());
            client.getInputStream().readAllBytes();
            ended.set(true);
            sending.join();
            client.shutdownOutput();
            server.shutdownOutput();
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.MAX_AGE))
                    .isEqualTo(1);
        }
    }

    private static void writeByte(Socket socket) {
        try {
            socket.getOutputStream().write(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @EveryRelay
    void resetsClientsBeyondTheLimit(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        kind.transport(),
                        new TestService(endpoint.address()),
                        kind.settings().withMaxConnections(2),
                        UpstreamBinder.NODE_ADDRESS,
                        ConnectionLog.NONE);
                Socket first = path.connect();
                Socket second = path.connect()) {
            Socket server = endpoint.accept();
            endpoint.accept();
            path.assertClientIsReset();
            assertThat(path.service.stats.refusals(RefuseReason.MAX_CONNECTIONS))
                    .isEqualTo(1);
            first.shutdownOutput();
            second.shutdownOutput();
            server.shutdownOutput();
            Eventually.until("there is room again", () -> path.connections().open() < 2);
            try (Socket fourth = path.connect()) {
                fourth.getOutputStream().write(4);
                assertThat(endpoint.accept().getInputStream().read()).isEqualTo(4);
            }
        }
    }

    @EveryRelay
    void drainsWhatIsOpenAndRefusesWhatIsNew(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            CompletableFuture<Void> drained = path.datapath.drain(Duration.ofSeconds(60));
            Eventually.until(
                    "the listener is closed", () -> path.listener.closed().isDone());
            assertThatThrownBy(path::connect).isInstanceOf(ConnectException.class);
            assertThat(drained).isNotDone();
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            client.shutdownOutput();
            server.shutdownOutput();
            drained.get(10, TimeUnit.SECONDS);
            assertThat(path.connections().open()).isZero();
        }
    }

    @EveryRelay
    void resetsWhatOutlivesTheGracePeriod(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            Eventually.until("relaying", () -> path.service.stats.connectionsOpened() == 1);
            path.datapath.drain(Duration.ofMillis(100)).get(10, TimeUnit.SECONDS);
            TestDatapath.assertReset(client);
            TestDatapath.assertReset(server);
            assertThat(path.service.stats.connectionsClosed(CloseReason.SHUTDOWN))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void showsAndLogsConnections(RelayKind kind) throws Exception {
        BlockingQueue<ConnectionView> closed = new LinkedBlockingQueue<>();
        ConnectionLog log = (connection, reason, duration) -> closed.add(connection);
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        kind.transport(),
                        new TestService(endpoint.address()),
                        kind.settings(),
                        UpstreamBinder.NODE_ADDRESS,
                        log);
                Socket client = path.connect()) {
            client.getOutputStream().write(new byte[11]);
            Socket server = endpoint.accept();
            server.getInputStream().readNBytes(11);

            List<ConnectionView> open = path.connections().snapshot(10).join();
            assertThat(open).hasSize(1);
            ConnectionView view = open.get(0);
            assertThat(view.servicePort()).isEqualTo(TestService.NAME);
            assertThat(view.client().port()).isEqualTo(client.getLocalPort());
            assertThat(view.frontend().addressPort()).isEqualTo(path.listener.address());
            assertThat(view.endpoint()).isEqualTo(endpoint.address());
            assertThat(view.source()).isNotNull();
            assertThat(view.source().port()).isEqualTo(server.getPort());
            assertThat(view.bytesToEndpoint()).isEqualTo(11);
            assertThat(view.state()).isEqualTo("relaying");
            assertThat(path.connections().snapshot(0).join()).isEmpty();
            assertThat(path.connections().isInUse(view.frontend().address())).isTrue();

            client.shutdownOutput();
            server.shutdownOutput();
            ConnectionView logged = closed.poll(10, TimeUnit.SECONDS);
            assertThat(logged).isNotNull();
            assertThat(logged.id()).isEqualTo(view.id());
            assertThat(logged.state()).isEqualTo("closed");
            assertThat(logged.source()).isEqualTo(view.source());
            path.awaitNoConnections();
            assertThat(path.connections().isInUse(view.frontend().address())).isFalse();
        }
    }

    @EveryRelay
    void countsReturnToZeroAfterTenThousandConnections(RelayKind kind) throws Exception {
        int connections = 10_000;
        int clients = 8;
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()))) {
            CompletableFuture<?>[] storms = new CompletableFuture<?>[clients];
            for (int i = 0; i < clients; i++) {
                int seed = i;
                storms[i] =
                        CompletableFuture.runAsync(() -> Storm.run(path, seed, connections / clients), Storm.threads());
            }
            CompletableFuture<Void> serving = Storm.serve(endpoint, connections);
            CompletableFuture.allOf(storms).join();
            serving.join();
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsOpened()).isEqualTo(connections);
            assertThat(path.service.stats.connectionsActive()).isZero();
            assertThat(path.service.balancer.active()).isZero();
            assertThat(path.connections().snapshot(10).join()).isEmpty();
            assertThat(path.pendingBytes()).isZero();
            assertThat(path.service.stats.bytes(Direction.TO_ENDPOINT)).isEqualTo(connections);
        }
    }

    /** Also when they are told to end while they run tasks. */
    @EveryRelay
    void endsConnectionsInMidTransferWhenItsLoopsEnd(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            CompletableFuture<Void> uploading = Payload.send(client, Payload.bytes(64 << 20));
            Eventually.until("bytes wait for the endpoint", () -> path.pendingBytes() > 0);
            CountDownLatch busy = new CountDownLatch(TestDatapath.LOOPS);
            path.loops
                    .all()
                    .forEach(loop -> loop.execute(() -> {
                        busy.countDown();
                        while (!loop.isShuttingDown()) {
                            Thread.onSpinWait();
                        }
                    }));
            busy.await();

            path.loops.close();

            assertThat(path.connections().open()).isZero();
            assertThat(uploading).failsWithin(20, TimeUnit.SECONDS);
        }
    }
}
