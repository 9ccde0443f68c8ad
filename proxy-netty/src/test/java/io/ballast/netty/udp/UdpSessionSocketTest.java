package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Architecture;
import io.ballast.netty.linux.DescriptorLimit;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.testing.Routes;
import io.ballast.netty.testing.TurnTaking;
import io.ballast.netty.transport.IoTransport;
import java.lang.reflect.Field;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sessions live through and what ends them. */
@ExtendWith(LeakGuard.class)
class UdpSessionSocketTest {
    private static final int RLIMIT_NOFILE = 7;
    private static final long SYS_PRLIMIT64 = Architecture.systemCall(302, 261);

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

    /** Whoever sends under false addresses can be answered, but does not go on for long. */
    @Test
    void keepsAConversationWhenOneTimeClientsFillTheTable() throws Exception {
        fixture.start(
                IoTransport.automatic(),
                UdpSettings.DEFAULTS.withMaxSessions(16),
                fixture.echo("a"),
                fixture.echo("b"),
                fixture.echo("c"));
        DatagramSocket conversation = fixture.client();
        for (int i = 0; i < 100; i++) {
            assertThat(fixture.ask(conversation, "x")).isEqualTo("a:x");
            fixture.clock().advance(UdpFixture.IDLE_TIMEOUT.dividedBy(2));
        }

        for (int i = 0; i < 40; i++) {
            fixture.ask(fixture.client(), "y");
        }

        assertThat(fixture.datapath().sessionCount()).isEqualTo(16);
        assertThat(fixture.ask(conversation, "z")).isEqualTo("a:z");
        assertThat(fixture.route().stats().connectionsClosed(CloseReason.EVICTED))
                .isEqualTo(25);
        assertThat(fixture.datapath().snapshot(16).get())
                .filteredOn(session -> session.client().equals(UdpFixture.address(conversation)))
                .singleElement()
                .satisfies(session -> assertThat(session.bytesToEndpoint()).isEqualTo(101));
    }

    @Test
    void keepsNoTimersOfSessionsThatMadeRoom() throws Exception {
        fixture.start(IoTransport.automatic(), UdpSettings.DEFAULTS.withMaxSessions(4), fixture.echo("a"));

        for (int i = 0; i < 100; i++) {
            fixture.ask(fixture.client(), "spoofed, as it were");
        }

        assertThat(onLoop(this::scheduled)).isLessThanOrEqualTo(4);
    }

    @Test
    void leavesTheReserveOfDescriptorsToOthers() throws Exception {
        fixture.start(IoTransport.EPOLL, UdpSettings.DEFAULTS.within(new DescriptorLimit(16)), fixture.echo("a"));

        fixture.send(fixture.client(), "a number that is not reserved would be below 0");

        FrontendRoute served = Objects.requireNonNull(fixture.router().table().find(fixture.frontend()));
        Await.until("it is refused", () -> served.route().stats().refusals(RefuseReason.MAX_CONNECTIONS) == 1);
        Await.until("nothing is left of it", () -> fixture.datapath().sessionCount() == 0);
    }

    @Test
    void allowsAsManySessionsAsAQuarterOfTheDescriptors() {
        UdpSettings settings = UdpSettings.DEFAULTS;
        assertThat(settings.within(new DescriptorLimit(1024)).maxSessions()).isEqualTo(256);
        assertThat(settings.within(new DescriptorLimit(1 << 20)).maxSessions()).isEqualTo(settings.maxSessions());
    }

    @Test
    @RequiresRoot
    void takesTheDescriptorOfTheLongestIdleSessionWhenNoneIsLeft() throws Exception {
        fixture.start(IoTransport.EPOLL, UdpSettings.DEFAULTS.withMaxSessions(2), fixture.echo("a"));
        for (int i = 0; i < 3; i++) {
            fixture.ask(fixture.client(), "every class is loaded");
        }
        DatagramSocket client = fixture.client();

        long limit = limitDescriptors(firstFreeDescriptor());
        try {
            assertThat(fixture.ask(client, "x")).isEqualTo("a:x");
        } finally {
            limitDescriptors(limit);
        }
        assertThat(fixture.balancer().failures())
                .as("the endpoint is not to blame")
                .isZero();
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

    private <T> T onLoop(Callable<T> question) throws Exception {
        return fixture.loops().next().submit(question).get();
    }

    private int scheduled() throws ReflectiveOperationException {
        Field queue = Class.forName("io.netty.util.concurrent.AbstractScheduledEventExecutor")
                .getDeclaredField("scheduledTaskQueue");
        queue.setAccessible(true);
        return ((Collection<?>) queue.get(fixture.loops().next())).size();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long firstFreeDescriptor() {
        long number = 0;
        while (Files.exists(Path.of("/proc/self/fd", Long.toString(number)))) {
            number++;
        }
        return number;
    }

    /** Sets this process's soft limit and returns what it was. */
    private static long limitDescriptors(long soft) {
        try (NativeMemory limits = NativeMemory.allocate(32)) {
            call(0, limits.address() + 16);
            long before = limits.pointer().getLong(16);
            limits.pointer().putLong(0, soft);
            limits.pointer().putLong(8, limits.pointer().getLong(24));
            call(limits.address(), 0);
            return before;
        }
    }

    private static void call(long set, long get) {
        SystemCalls.check(
                SystemCalls.libc().syscall(SYS_PRLIMIT64, 0, RLIMIT_NOFILE, set, get, 0, 0), () -> "set RLIMIT_NOFILE");
    }
}
