package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ProxyProtocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a connection decides, on legs and in a time that the test makes. */
class TcpConnectionTest {
    private static final AddressPort FRONTEND = address("10.96.0.10", 80);
    private static final AddressPort CLIENT = address("192.0.2.9", 40000);
    private static final AddressPort FIRST = address("192.0.2.1", 8080);
    private static final AddressPort SECOND = address("192.0.2.2", 8080);

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final FakeLeg downstream = new FakeLeg();
    private final List<FakeLeg> upstreams = new ArrayList<>();
    private final List<AddressPort> dialled = new ArrayList<>();
    private final Queue<IOException> immediateFailures = new ArrayDeque<>();
    private final List<@Nullable UpstreamBinding> bindings = new ArrayList<>();
    private final List<Duration> durations = new ArrayList<>();
    private final TestService service = new TestService(FIRST, SECOND);
    private final OpenConnections open = new OpenConnections(0);
    private UpstreamBinder binder = UpstreamBinder.NODE_ADDRESS;
    private long nanos;
    private @Nullable TcpConnection opened;
    private boolean refused;

    private LoopConnections connections() {
        service.serveAt(FRONTEND);
        TcpContext context = new TcpContext(
                service.router,
                TcpSettings.DEFAULTS,
                binder,
                (connection, reason, duration) -> durations.add(duration),
                () -> nanos,
                open,
                new ResourceShortage(() -> nanos));
        return new LoopConnections(clock.eventLoop(), context, this::connect, 1, 1);
    }

    private Leg connect(TcpConnection connection, AddressPort endpoint, @Nullable UpstreamBinding source)
            throws IOException {
        dialled.add(endpoint);
        bindings.add(source);
        IOException failure = immediateFailures.poll();
        if (failure != null) {
            throw failure;
        }
        FakeLeg leg = new FakeLeg();
        upstreams.add(leg);
        return leg;
    }

    private TcpConnection accept() {
        return accept(connections());
    }

    private TcpConnection accept(LoopConnections connections) {
        AcceptedSocket socket = new AcceptedSocket() {
            @Override
            public Leg open(TcpConnection connection) {
                opened = connection;
                return downstream;
            }

            @Override
            public void reset() {
                refused = true;
            }
        };
        connections.accept(socket, new Frontend(Protocol.TCP, FRONTEND.address(), FRONTEND.port()), CLIENT);
        TcpConnection connection = opened;
        if (connection == null) {
            throw new AssertionError("refused: " + refused);
        }
        return connection;
    }

    private FakeLeg upstream() {
        return upstreams.get(upstreams.size() - 1);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        clock.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        clock.runScheduledPendingTasks();
    }

    @Test
    void relaysBothWaysOnceConnected() {
        TcpConnection connection = accept();
        assertThat(downstream.calls).isEmpty();
        assertThat(service.stats.connectionsOpened()).isZero();
        connection.connected();
        assertThat(downstream.calls).containsExactly("relay");
        assertThat(upstream().calls).containsExactly("relay");
        assertThat(service.stats.connectionsOpened()).isEqualTo(1);
    }

    @Test
    void logsHowLongItWasOpenWhateverTheWallClockShows() {
        TcpConnection connection = accept();
        connection.connected();

        pass(Duration.ofHours(1));
        connection.close(CloseReason.SHUTDOWN, true);

        assertThat(durations).containsExactly(Duration.ofHours(1));
    }

    @Test
    void announcesTheClientBeforeAnythingElse() {
        service.announcing(ProxyProtocol.V1);
        accept().connected();
        assertThat(upstream().calls).containsExactly("send PROXY TCP4 192.0.2.9 10.96.0.10 40000 80", "relay");
    }

    @Test
    void passesFinOnAndKeepsTheOtherHalfOpen() {
        TcpConnection connection = accept();
        connection.connected();
        downstream.inputEnded = true;
        connection.ended(Side.DOWNSTREAM);
        assertThat(upstream().calls).containsExactly("relay", "finish");
        assertThat(downstream.calls).containsExactly("relay");
        assertThat(connection.view().state()).isEqualTo("half_closed");
    }

    @Test
    void closesBothWhenBothEndedAndAllIsSent() {
        TcpConnection connection = accept();
        connection.connected();
        end(connection, Side.DOWNSTREAM);
        end(connection, Side.UPSTREAM);
        assertThat(downstream.calls).containsExactly("relay", "close");
        assertThat(upstream().calls).containsExactly("relay", "finish", "close");
        assertThat(service.stats.connectionsClosed(CloseReason.FINISHED)).isEqualTo(1);
        assertThat(service.balancer.active()).isZero();
        assertThat(open.count()).isZero();
    }

    @Test
    void waitsForTheLastBytesBeforeItCloses() {
        TcpConnection connection = accept();
        connection.connected();
        end(connection, Side.DOWNSTREAM);
        downstream.pending = 10;
        end(connection, Side.UPSTREAM);
        assertThat(downstream.calls).containsExactly("relay", "finish");
        assertThat(connection.view().state()).isEqualTo("flushing");
        downstream.pending = 0;
        connection.outputFinished();
        assertThat(downstream.calls).endsWith("close");
        assertThat(service.stats.connectionsClosed(CloseReason.FINISHED)).isEqualTo(1);
    }

    @Test
    void passesAResetOnEitherWay() {
        for (Side side : Side.values()) {
            TcpConnection connection = accept();
            connection.connected();
            connection.failed(side, new IOException("reset by peer"));
            assertThat(downstream.calls).endsWith("reset");
            assertThat(upstream().calls).endsWith("reset");
            assertThat(service.stats.connectionsClosed(side.resetReason())).isEqualTo(1);
        }
        assertThat(service.balancer.active()).isZero();
    }

    @Test
    void triesAnotherEndpointAtOnceWhenOneRefuses() {
        TcpConnection connection = accept();
        connection.connectFailed(new ConnectException("Connection refused"));
        assertThat(dialled).containsExactly(FIRST, SECOND);
        assertThat(upstreams.get(0).calls).containsExactly("reset");
        connection.connected();
        assertThat(connection.endpoint()).isEqualTo(SECOND);
        assertThat(service.stats.connectFailures(ConnectFailure.REFUSED)).isEqualTo(1);
        assertThat(service.stats.connectRetries()).isEqualTo(1);
        assertThat(service.balancer.failed()).isEqualTo(1);
        assertThat(service.balancer.active()).isEqualTo(1);
    }

    @Test
    void triesAnotherEndpointWhenOneFailsBeforeItWasAsked() {
        immediateFailures.add(new NoRouteToHostException());
        accept().connected();
        assertThat(dialled).containsExactly(FIRST, SECOND);
        assertThat(service.stats.connectFailures(ConnectFailure.UNREACHABLE)).isEqualTo(1);
    }

    @Test
    void resetsTheClientWhenAllEndpointsFailed() {
        TcpConnection connection = accept();
        connection.connectFailed(new ConnectException("Connection refused"));
        connection.connectFailed(new ConnectException("Connection refused"));
        assertThat(downstream.calls).containsExactly("reset");
        assertThat(service.stats.refusals(RefuseReason.CONNECT_FAILED)).isEqualTo(1);
        assertThat(service.stats.connectionsActive()).isZero();
        assertThat(service.balancer.active()).isZero();
        assertThat(open.count()).isZero();
    }

    @Test
    void asksNoMoreEndpointsThanAllowed() {
        service.with(TestService.options(1, Duration.ofSeconds(3)));
        accept().connectFailed(new ConnectException("Connection refused"));
        assertThat(dialled).containsExactly(FIRST);
        assertThat(downstream.calls).containsExactly("reset");
    }

    @Test
    void asksNobodyElseWhenDescriptorsRanOut() {
        immediateFailures.add(new IOException("Too many open files"));
        accept();
        assertThat(dialled).containsExactly(FIRST);
        assertThat(downstream.calls).containsExactly("reset");
        assertThat(service.balancer.failed()).isZero();
        assertThat(service.balancer.active()).isZero();
    }

    @Test
    void givesAnAttemptItsTimeAndNoMore() {
        TcpConnection connection = accept();
        pass(Duration.ofMillis(2900));
        assertThat(dialled).containsExactly(FIRST);
        pass(Duration.ofMillis(200));
        assertThat(dialled).containsExactly(FIRST, SECOND);
        assertThat(service.stats.connectFailures(ConnectFailure.TIMEOUT)).isEqualTo(1);
        connection.connected();
        pass(Duration.ofSeconds(10));
        assertThat(upstream().calls).containsExactly("relay");
    }

    @Test
    void abandonsTheAttemptWhenTheClientVanishes() {
        TcpConnection connection = accept();
        connection.failed(Side.DOWNSTREAM, new IOException("reset by peer"));
        assertThat(upstream().calls).containsExactly("reset");
        assertThat(service.balancer.active()).isZero();
        connection.connected();
        assertThat(service.stats.connectionsOpened()).isZero();
    }

    @Test
    void endsIdleConnectionsWithFinAndAfterAWhileForGood() {
        service.idleAfter(Duration.ofSeconds(10));
        TcpConnection connection = accept();
        connection.connected();
        pass(Duration.ofSeconds(9));
        connection.transferred(Side.UPSTREAM, 1);
        pass(Duration.ofSeconds(9));
        assertThat(connection.view().state()).isEqualTo("relaying");
        pass(Duration.ofSeconds(1));
        assertThat(downstream.calls).containsExactly("relay", "discard", "finish");
        assertThat(upstream().calls).containsExactly("relay", "discard", "finish");
        pass(Duration.ofSeconds(5));
        assertThat(downstream.calls).endsWith("close");
        assertThat(service.stats.connectionsClosed(CloseReason.IDLE)).isEqualTo(1);
    }

    @Test
    void endsWithoutLingeringWhenBothSidesAnswerFin() {
        service.idleAfter(Duration.ofSeconds(10));
        TcpConnection connection = accept();
        connection.connected();
        pass(Duration.ofSeconds(10));
        end(connection, Side.UPSTREAM);
        assertThat(connection.view().state()).isEqualTo("ending");
        end(connection, Side.DOWNSTREAM);
        assertThat(service.stats.connectionsClosed(CloseReason.IDLE)).isEqualTo(1);
    }

    @Test
    void endsAtItsAgeWithinTenPercent() {
        service.endingAfter(Duration.ofSeconds(100));
        TcpConnection connection = accept();
        connection.connected();
        pass(Duration.ofSeconds(89));
        assertThat(connection.view().state()).isEqualTo("relaying");
        pass(Duration.ofSeconds(22));
        assertThat(connection.view().state()).isEqualTo("ending");
    }

    @Test
    void staysWhenItsEndpointReturnsWhileDraining() {
        service.removing(EndpointRemoval.DRAIN);
        LoopConnections connections = connections();
        TcpConnection connection = accept(connections);
        connection.connected();
        TestService.RouteUpdate gone = service.replaceEndpoints(SECOND);
        connections.routeChanged(gone.before(), gone.after());
        TestService.RouteUpdate back = service.replaceEndpoints(FIRST, SECOND);
        connections.routeChanged(back.before(), back.after());
        pass(Duration.ofSeconds(60));
        assertThat(connection.view().state()).isEqualTo("relaying");

        connections.routeChanged(back.after(), null);
        pass(Duration.ofSeconds(60));
        assertThat(service.stats.connectionsClosed(CloseReason.ENDPOINT_REMOVED))
                .isEqualTo(1);
    }

    @Test
    void isResetWhenItsEndpointLeftWhileItConnected() {
        service.removing(EndpointRemoval.RESET);
        TcpConnection connection = accept();
        service.replaceEndpoints(SECOND);
        connection.connected();
        assertThat(downstream.calls).endsWith("reset");
        assertThat(service.stats.connectionsClosed(CloseReason.ENDPOINT_REMOVED))
                .isEqualTo(1);
    }

    @Test
    void triesTheNextSourceAndThenTheNodesAddressWhenTheKernelRefusesOne() {
        RecordingBinding second = new RecordingBinding(null);
        RecordingBinding first = new RecordingBinding(second);
        binder = (client, decision) -> first;
        immediateFailures.add(new IOException("Cannot assign requested address"));
        immediateFailures.add(new IOException("Address already in use"));
        TcpConnection connection = accept();
        assertThat(bindings).containsExactly(first, second, null);
        assertThat(dialled).containsExactly(FIRST, FIRST, FIRST);
        connection.connected();
        connection.close(CloseReason.ERROR, true);
        assertThat(first.calls).containsExactly("refused");
        assertThat(second.calls).containsExactly("refused");
    }

    @Test
    void givesTheSourceBackWhenItEnds() {
        RecordingBinding source = new RecordingBinding(null);
        binder = (client, decision) -> source;
        TcpConnection connection = accept();
        connection.connected();
        assertThat(source.calls).isEmpty();
        connection.failed(Side.UPSTREAM, new IOException("reset by peer"));
        assertThat(source.calls).containsExactly("release");
    }

    @Test
    void givesTheSourceBackWhenAnAttemptFails() {
        List<RecordingBinding> sources = new ArrayList<>();
        binder = (client, decision) -> {
            sources.add(new RecordingBinding(null));
            return sources.get(sources.size() - 1);
        };
        accept().connectFailed(new ConnectException("Connection refused"));
        assertThat(sources).hasSize(2);
        assertThat(sources.get(0).calls).containsExactly("release");
        assertThat(sources.get(1).calls).isEmpty();
    }

    @Test
    void anInternalErrorCostsOneConnection() {
        TcpConnection connection = accept();
        connection.connected();
        connection.broken(new IllegalStateException("expected by this test"));
        assertThat(downstream.calls).endsWith("reset");
        assertThat(service.stats.connectionsClosed(CloseReason.ERROR)).isEqualTo(1);
        connection.broken(new IllegalStateException("expected by this test"));
        assertThat(service.stats.connectionsActive()).isZero();
    }

    private void end(TcpConnection connection, Side side) {
        (side == Side.DOWNSTREAM ? downstream : upstream()).inputEnded = true;
        connection.ended(side);
    }

    private static AddressPort address(String ip, int port) {
        return new AddressPort(IpAddress.parse(ip), port);
    }

    private static final class RecordingBinding implements UpstreamBinding {
        final List<String> calls = new ArrayList<>();
        private final @Nullable UpstreamBinding following;

        RecordingBinding(@Nullable UpstreamBinding following) {
            this.following = following;
        }

        @Override
        public AddressPort source() {
            return CLIENT;
        }

        @Override
        public boolean transparent() {
            return true;
        }

        @Override
        public @Nullable UpstreamBinding refused() {
            calls.add("refused");
            return following;
        }

        @Override
        public void release() {
            calls.add("release");
        }
    }
}
