package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Architecture;
import io.ballast.netty.linux.DescriptorLimit;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.transport.IoTransport;
import java.lang.reflect.Field;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who stays and who goes where there is no room for another session. */
@ExtendWith(LeakGuard.class)
class UdpSessionLimitsSocketTest {
    private static final int RLIMIT_NOFILE = 7;
    private static final long SYS_PRLIMIT64 = Architecture.systemCall(302, 261);

    private final UdpFixture fixture = new UdpFixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
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

    private <T> T onLoop(Callable<T> question) throws Exception {
        return fixture.loops().next().submit(question).get();
    }

    private int scheduled() throws ReflectiveOperationException {
        Field queue = Class.forName("io.netty.util.concurrent.AbstractScheduledEventExecutor")
                .getDeclaredField("scheduledTaskQueue");
        queue.setAccessible(true);
        return ((Collection<?>) queue.get(fixture.loops().next())).size();
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
