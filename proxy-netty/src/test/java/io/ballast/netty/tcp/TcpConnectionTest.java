package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.ProxyProtocol;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a connection decides once its endpoint answered, on legs and in a time that the test makes. */
class TcpConnectionTest {
    private static final AddressPort FIRST = TcpConnectionFixture.FIRST;
    private static final AddressPort SECOND = TcpConnectionFixture.SECOND;

    private final TcpConnectionFixture fixture = new TcpConnectionFixture();

    @Test
    void relaysBothWaysOnceConnected() {
        TcpConnection connection = fixture.accept();
        assertThat(fixture.downstream.calls).isEmpty();
        assertThat(fixture.service.stats.connectionsOpened()).isZero();
        connection.connected();
        assertThat(fixture.downstream.calls).containsExactly("relay");
        assertThat(fixture.upstream().calls).containsExactly("relay");
        assertThat(fixture.service.stats.connectionsOpened()).isEqualTo(1);
    }

    @Test
    void logsHowLongItWasOpenWhateverTheWallClockShows() {
        TcpConnection connection = fixture.accept();
        connection.connected();

        fixture.pass(Duration.ofHours(1));
        connection.close(CloseReason.SHUTDOWN, true);

        assertThat(fixture.durations).containsExactly(Duration.ofHours(1));
    }

    @Test
    void announcesTheClientBeforeAnythingElse() {
        fixture.service.announcing(ProxyProtocol.V1);
        fixture.accept().connected();
        assertThat(fixture.upstream().calls).containsExactly("send PROXY TCP4 192.0.2.9 10.96.0.10 40000 80", "relay");
    }

    @Test
    void passesFinOnAndKeepsTheOtherHalfOpen() {
        TcpConnection connection = fixture.accept();
        connection.connected();
        fixture.downstream.inputEnded = true;
        connection.ended(Side.DOWNSTREAM);
        assertThat(fixture.upstream().calls).containsExactly("relay", "finish");
        assertThat(fixture.downstream.calls).containsExactly("relay");
        assertThat(connection.view().state()).isEqualTo("half_closed");
    }

    @Test
    void closesBothWhenBothEndedAndAllIsSent() {
        TcpConnection connection = fixture.accept();
        connection.connected();
        fixture.end(connection, Side.DOWNSTREAM);
        fixture.end(connection, Side.UPSTREAM);
        assertThat(fixture.downstream.calls).containsExactly("relay", "close");
        assertThat(fixture.upstream().calls).containsExactly("relay", "finish", "close");
        assertThat(fixture.service.stats.connectionsClosed(CloseReason.FINISHED))
                .isEqualTo(1);
        assertThat(fixture.service.balancer.active()).isZero();
        assertThat(fixture.open.count()).isZero();
    }

    @Test
    void waitsForTheLastBytesBeforeItCloses() {
        TcpConnection connection = fixture.accept();
        connection.connected();
        fixture.end(connection, Side.DOWNSTREAM);
        fixture.downstream.pending = 10;
        fixture.end(connection, Side.UPSTREAM);
        assertThat(fixture.downstream.calls).containsExactly("relay", "finish");
        assertThat(connection.view().state()).isEqualTo("flushing");
        fixture.downstream.pending = 0;
        connection.outputFinished();
        assertThat(fixture.downstream.calls).endsWith("close");
        assertThat(fixture.service.stats.connectionsClosed(CloseReason.FINISHED))
                .isEqualTo(1);
    }

    @Test
    void passesAResetOnEitherWay() {
        for (Side side : Side.values()) {
            TcpConnection connection = fixture.accept();
            connection.connected();
            connection.failed(side, new IOException("reset by peer"));
            assertThat(fixture.downstream.calls).endsWith("reset");
            assertThat(fixture.upstream().calls).endsWith("reset");
            assertThat(fixture.service.stats.connectionsClosed(side.resetReason()))
                    .isEqualTo(1);
        }
        assertThat(fixture.service.balancer.active()).isZero();
    }

    @Test
    void endsIdleConnectionsWithFinAndAfterAWhileForGood() {
        fixture.service.idleAfter(Duration.ofSeconds(10));
        TcpConnection connection = fixture.accept();
        connection.connected();
        fixture.pass(Duration.ofSeconds(9));
        connection.transferred(Side.UPSTREAM, 1);
        fixture.pass(Duration.ofSeconds(9));
        assertThat(connection.view().state()).isEqualTo("relaying");
        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.downstream.calls).containsExactly("relay", "discard", "finish");
        assertThat(fixture.upstream().calls).containsExactly("relay", "discard", "finish");
        fixture.pass(Duration.ofSeconds(5));
        assertThat(fixture.downstream.calls).endsWith("close");
        assertThat(fixture.service.stats.connectionsClosed(CloseReason.IDLE)).isEqualTo(1);
    }

    @Test
    void endsWithoutLingeringWhenBothSidesAnswerFin() {
        fixture.service.idleAfter(Duration.ofSeconds(10));
        TcpConnection connection = fixture.accept();
        connection.connected();
        fixture.pass(Duration.ofSeconds(10));
        fixture.end(connection, Side.UPSTREAM);
        assertThat(connection.view().state()).isEqualTo("ending");
        fixture.end(connection, Side.DOWNSTREAM);
        assertThat(fixture.service.stats.connectionsClosed(CloseReason.IDLE)).isEqualTo(1);
    }

    @Test
    void endsAtItsAgeWithinTenPercent() {
        fixture.service.endingAfter(Duration.ofSeconds(100));
        TcpConnection connection = fixture.accept();
        connection.connected();
        fixture.pass(Duration.ofSeconds(89));
        assertThat(connection.view().state()).isEqualTo("relaying");
        fixture.pass(Duration.ofSeconds(22));
        assertThat(connection.view().state()).isEqualTo("ending");
    }

    @Test
    void staysWhenItsEndpointReturnsWhileDraining() {
        fixture.service.removing(EndpointRemoval.DRAIN);
        LoopConnections connections = fixture.connections();
        TcpConnection connection = fixture.accept(connections);
        connection.connected();
        TestService.RouteUpdate gone = fixture.service.replaceEndpoints(SECOND);
        connections.routeChanged(gone.before(), gone.after());
        TestService.RouteUpdate back = fixture.service.replaceEndpoints(FIRST, SECOND);
        connections.routeChanged(back.before(), back.after());
        fixture.pass(Duration.ofSeconds(60));
        assertThat(connection.view().state()).isEqualTo("relaying");

        connections.routeChanged(back.after(), null);
        fixture.pass(Duration.ofSeconds(60));
        assertThat(fixture.service.stats.connectionsClosed(CloseReason.ENDPOINT_REMOVED))
                .isEqualTo(1);
    }

    @Test
    void anInternalErrorCostsOneConnection() {
        TcpConnection connection = fixture.accept();
        connection.connected();
        connection.broken(new IllegalStateException("expected by this test"));
        assertThat(fixture.downstream.calls).endsWith("reset");
        assertThat(fixture.service.stats.connectionsClosed(CloseReason.ERROR)).isEqualTo(1);
        connection.broken(new IllegalStateException("expected by this test"));
        assertThat(fixture.service.stats.connectionsActive()).isZero();
    }
}
