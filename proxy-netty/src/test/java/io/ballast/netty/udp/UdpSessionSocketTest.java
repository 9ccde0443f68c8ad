package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.testing.Routes;
import io.ballast.netty.testing.TurnTaking;
import io.ballast.netty.transport.IoTransport;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sessions live through and what ends them. */
@ExtendWith(LeakGuard.class)
class UdpSessionSocketTest {
    private final UdpFixture fixture = new UdpFixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void keepsSessionsWhenTheServicesOtherFamilyChanges() throws Exception {
        fixture.start(IoTransport.automatic(), UdpSettings.DEFAULTS, fixture.echo("a"), fixture.echo("b"));
        DatagramSocket client = fixture.client();
        fixture.ask(client, "x");
        Frontend ipv6 = new Frontend(Protocol.UDP, IpAddress.parse("2001:db8::53"), 53);
        AddressPort endpoint = new AddressPort(IpAddress.parse("2001:db8::1"), 53);
        Route other = Routes.leading(ipv6, new TurnTaking(List.of()), List.of(endpoint), Duration.ofMinutes(1))
                .route();

        fixture.datapath().routesChanged(List.of(new RouteChange(other, null)));

        assertThat(fixture.ask(client, "y")).isEqualTo("a:y");
    }

    @Test
    void followsAFrontendThatBecomesAnotherServices() throws Exception {
        fixture.start(IoTransport.automatic(), UdpSettings.DEFAULTS, fixture.echo("former"));
        DatagramSocket client = fixture.client();
        assertThat(fixture.ask(client, "x")).isEqualTo("former:x");
        AddressPort next = UdpFixture.address(fixture.echo("next"));

        Route former = fixture.route();
        ServicePort port = former.servicePort();
        ServicePortName name = new ServicePortName(port.name().service(), "renamed", Protocol.UDP);
        FrontendRoute renamed = Routes.named(name, fixture.frontend(), new TurnTaking(List.of(next)), List.of(next));
        fixture.router().publish(RoutingTable.EMPTY.with(renamed).with(renamed.route()));

        assertThat(fixture.ask(client, "y")).isEqualTo("next:y");
        assertThat(fixture.balancer().active()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void losesNothingOfABurstOfLargeDatagrams(IoTransport transport) throws Exception {
        fixture.start(transport, UdpSettings.DEFAULTS, fixture.echo(""));
        DatagramSocket client = fixture.client();
        fixture.ask(client, "x");
        CountDownLatch sent = new CountDownLatch(1);
        fixture.loops().next().execute(() -> await(sent));

        for (int i = 0; i < 10; i++) {
            fixture.send(client, "x".repeat(8_000));
        }
        sent.countDown();

        for (int i = 0; i < 10; i++) {
            client.receive(new DatagramPacket(new byte[8_000], 8_000));
        }
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void givesEveryLeaseBackAfterAStorm(IoTransport transport) throws Exception {
        DatagramSocket closed = fixture.client();
        DatagramSocket staying = fixture.echo("staying");
        fixture.start(transport, UdpSettings.DEFAULTS.withMaxSessions(8), closed, staying, fixture.echo("leaving"));
        closed.close();
        List<DatagramSocket> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            clients.add(fixture.client());
        }
        Random random = new Random(7);

        for (int i = 0; i < 3_000; i++) {
            fixture.send(clients.get(random.nextInt(clients.size())), "x");
            if (random.nextInt(10) == 0) {
                fixture.datapath().routesChanged(List.of(new RouteChange(fixture.route(), fixture.serving(staying))));
            } else if (random.nextInt(20) == 0) {
                fixture.clock().advance(UdpFixture.IDLE_TIMEOUT.dividedBy(2));
            }
        }
        assertThat(fixture.datapath().sessionCount()).isLessThanOrEqualTo(8);
        fixture.socket().close();

        Await.until("all sessions ended", () -> fixture.datapath().sessionCount() == 0);
        assertThat(fixture.balancer().active()).isZero();
        assertThat(fixture.route().stats().sessionsActive()).isZero();
    }

    @Test
    void showsItsSessions() throws Exception {
        DatagramSocket endpoint = fixture.echo("a");
        fixture.start(IoTransport.automatic(), UdpSettings.DEFAULTS, endpoint);
        DatagramSocket client = fixture.client();
        fixture.ask(client, "four");
        fixture.ask(fixture.client(), "x");

        assertThat(fixture.datapath().snapshot(10).get()).hasSize(2).first().satisfies(session -> {
            assertThat(session.client()).isEqualTo(UdpFixture.address(client));
            assertThat(session.frontend()).isEqualTo(fixture.frontend());
            assertThat(session.endpoint()).isEqualTo(UdpFixture.address(endpoint));
            assertThat(session.source()).isNotNull();
            assertThat(session.bytesToEndpoint()).isEqualTo(4);
            assertThat(session.bytesToClient()).isEqualTo(6);
            assertThat(session.state()).isEqualTo("relaying");
        });
        assertThat(fixture.datapath().snapshot(1).get()).hasSize(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
