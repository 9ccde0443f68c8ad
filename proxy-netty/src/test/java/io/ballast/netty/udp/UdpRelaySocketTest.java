package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.core.stats.Direction;
import io.ballast.netty.testing.Await;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UdpRelaySocketTest {
    private final UdpFixture fixture = new UdpFixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void answersFromTheFrontendAndKeepsAClientWithItsEndpoint(IoTransport transport) throws Exception {
        fixture.start(transport, UdpSettings.DEFAULTS, fixture.echo("a"), fixture.echo("b"));
        DatagramSocket client = fixture.client();

        String first = fixture.ask(client, "one");
        String second = fixture.ask(client, "two");
        String other = fixture.ask(fixture.client(), "three");

        assertThat(first).isEqualTo("a:one");
        assertThat(second).isEqualTo("a:two");
        assertThat(other).isEqualTo("b:three");
        assertThat(fixture.datapath().sessionCount()).isEqualTo(2);
        assertThat(fixture.balancer().active()).isEqualTo(2);
        assertThat(fixture.route().stats().datagrams(Direction.TO_ENDPOINT)).isEqualTo(3);
        assertThat(fixture.route().stats().datagrams(Direction.TO_CLIENT)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void passesTheLargestDatagramWholeBothWays(IoTransport transport) throws Exception {
        fixture.start(transport, UdpSettings.DEFAULTS, fixture.echo(""));
        byte[] large = new byte[65_507];
        new Random(1).nextBytes(large);
        DatagramSocket client = fixture.client();

        client.send(new DatagramPacket(large, large.length, fixture.address()));
        DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
        client.receive(answer);

        assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(large);
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void choosesAnotherEndpointOnceItsOwnStopsServing(IoTransport transport) throws Exception {
        DatagramSocket leaving = fixture.echo("leaving");
        DatagramSocket staying = fixture.echo("staying");
        fixture.start(transport, UdpSettings.DEFAULTS, leaving, staying);
        DatagramSocket client = fixture.client();
        assertThat(fixture.ask(client, "x")).isEqualTo("leaving:x");

        fixture.datapath().routesChanged(List.of(new RouteChange(fixture.route(), fixture.serving(staying))));
        Await.until("the session ended", () -> fixture.datapath().sessionCount() == 0);

        assertThat(fixture.ask(client, "x")).isEqualTo("staying:x");
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void keepsSessionsWhoseEndpointStillServes(IoTransport transport) throws Exception {
        DatagramSocket staying = fixture.echo("staying");
        fixture.start(transport, UdpSettings.DEFAULTS, staying, fixture.echo("leaving"));
        DatagramSocket client = fixture.client();
        fixture.ask(client, "x");

        fixture.datapath().routesChanged(List.of(new RouteChange(fixture.route(), fixture.serving(staying))));

        assertThat(fixture.ask(client, "y")).isEqualTo("staying:y");
        assertThat(fixture.balancer().active()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "EPOLL")
    void movesOnWhenTheEndpointsPortIsClosed(IoTransport transport) throws Exception {
        DatagramSocket dead = fixture.client(); // Nobody reads from it, so its port is free when close() returns.
        fixture.start(transport, UdpSettings.DEFAULTS, dead, fixture.echo("alive"));
        dead.close();
        DatagramSocket client = fixture.client();

        fixture.send(client, "lost");
        Await.until("the failure was noticed", () -> fixture.balancer().failures() == 1);

        assertThat(fixture.ask(client, "x")).isEqualTo("alive:x");
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void endsIdleSessions(IoTransport transport) throws Exception {
        fixture.start(transport, UdpSettings.DEFAULTS, fixture.echo("a"));
        fixture.ask(fixture.client(), "x");

        fixture.clock().advance(UdpFixture.IDLE_TIMEOUT);

        Await.until("the idle session ended", () -> fixture.datapath().sessionCount() == 0);

        assertThat(fixture.balancer().active()).isZero();
        assertThat(fixture.route().stats().sessionsActive()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void letsTheLongestIdleSessionMakeRoom(IoTransport transport) throws Exception {
        fixture.start(
                transport,
                UdpSettings.DEFAULTS.withMaxSessions(2),
                fixture.echo("a"),
                fixture.echo("b"),
                fixture.echo("c"));
        DatagramSocket oldest = fixture.client();
        DatagramSocket kept = fixture.client();
        assertThat(fixture.ask(oldest, "x")).isEqualTo("a:x");
        assertThat(fixture.ask(kept, "x")).isEqualTo("b:x");

        assertThat(fixture.ask(fixture.client(), "x")).isEqualTo("c:x");

        assertThat(fixture.datapath().sessionCount()).isEqualTo(2);
        assertThat(fixture.ask(kept, "y")).isEqualTo("b:y");
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void isSilentToClientsItTurnsAwayAndEndsWithItsFrontend(IoTransport transport) throws Exception {
        fixture.start(transport, UdpSettings.DEFAULTS, fixture.echo("a"));
        DatagramSocket client = fixture.client();
        fixture.ask(client, "x");

        fixture.socket().close();
        Await.until("its sessions ended", () -> fixture.datapath().sessionCount() == 0);

        client.setSoTimeout(100);
        assertThatThrownBy(() -> fixture.ask(client, "x")).isInstanceOf(IOException.class);
        assertThat(fixture.balancer().active()).isZero();
    }
}
