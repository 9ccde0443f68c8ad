package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of sessions when another process takes over, and of those that stay behind. */
@ExtendWith(LeakGuard.class)
class UdpHandOverSocketTest {
    /** Less than ends an idle session. */
    private static final Duration MOST = UdpFixture.IDLE_TIMEOUT.dividedBy(2);

    @RegisterExtension
    final Resources resources = new Resources();

    private final UdpFixture fixture = resources.keep(new UdpFixture());

    /** Else a client that comes there first begins anew, and the answer to what it asked before is lost. */
    @Test
    void sessionsAreTheSuccessorsBeforeTheirClientsAreLedThere() throws Exception {
        fixture.start(IoTransport.EPOLL, UdpSettings.DEFAULTS, fixture.echo("a"), fixture.echo("b"));
        DatagramSocket client = fixture.client();
        assertThat(fixture.ask(client, "x")).isEqualTo("a:x");
        List<SessionHandOver> sessions = fixture.datapath().handOver(false);
        fixture.socket().close();
        EventLoops loops = resources.keep(EventLoops.start(IoTransport.EPOLL, 1));
        UdpDatapath successor = fixture.another(loops, UdpSettings.DEFAULTS);
        successor.open(fixture.frontend(), false, false);
        AtomicBoolean returned = new AtomicBoolean();
        CompletableFuture<Void> busy = busyWhile(loops, Thread.currentThread(), returned);

        successor.resume(sessions);

        int resumed = successor.sessionCount();
        returned.set(true);
        busy.get(20, TimeUnit.SECONDS);
        assertThat(resumed).isEqualTo(1);
        assertThat(fixture.ask(client, "y")).isEqualTo("a:y");
    }

    /** The loop does nothing else until the thread waits for it, or does not. */
    private static CompletableFuture<Void> busyWhile(EventLoops loops, Thread caller, AtomicBoolean returned) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        Await.until(
                                "the caller waits", () -> caller.getState() == Thread.State.WAITING || returned.get());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                loops.all().get(0));
    }

    /** Given to another session here, it would take answers away from the one that has moved. */
    @Test
    void sourcesOfSessionsThatMovedAreGivenToNobodyElse() throws Exception {
        Source source = new Source();
        fixture.bindWith((client, decision) -> source);
        fixture.start(IoTransport.EPOLL, UdpSettings.DEFAULTS, fixture.echo("a"));
        fixture.ask(fixture.client(), "x");

        List<SessionHandOver> moved = fixture.datapath().handOver(false);

        moved.forEach(SessionHandOver::close);
        assertThat(moved).hasSize(1);
        assertThat(source.released).hasValue(0);
    }

    @Test
    void answersThatWereAskedForAreWaitedFor() throws Exception {
        DatagramSocket endpoint = fixture.client();
        fixture.start(IoTransport.EPOLL, UdpSettings.DEFAULTS, endpoint);
        DatagramSocket client = fixture.client();
        DatagramPacket first = asked(client, endpoint);
        DatagramPacket second = asked(client, endpoint);
        CompletableFuture<Void> answered = fixture.datapath().answered(MOST);

        endpoint.send(first);
        client.receive(new DatagramPacket(new byte[10], 10));
        awaitLook();
        assertThat(answered).isNotDone();
        endpoint.send(second);

        answered.get(20, TimeUnit.SECONDS);
    }

    @Test
    void answersThatDoNotComeAreWaitedForSoLong() throws Exception {
        DatagramSocket endpoint = fixture.client();
        fixture.start(IoTransport.EPOLL, UdpSettings.DEFAULTS, endpoint);
        asked(fixture.client(), endpoint);
        CompletableFuture<Void> answered = fixture.datapath().answered(MOST);
        awaitLook();
        assertThat(answered).isNotDone();

        fixture.clock().advance(MOST);

        answered.get(20, TimeUnit.SECONDS);
    }

    /** Returns what the endpoint got from the client, and can send back. */
    private DatagramPacket asked(DatagramSocket client, DatagramSocket endpoint) throws Exception {
        fixture.send(client, "x");
        DatagramPacket question = new DatagramPacket(new byte[10], 10);
        endpoint.receive(question);
        return question;
    }

    private void awaitLook() {
        fixture.loops().all().get(0).submit(() -> {}).syncUninterruptibly();
    }

    /** Any port of a loopback address. */
    private static final class Source implements UpstreamBinding {
        private final AtomicInteger released = new AtomicInteger();

        @Override
        public AddressPort source() {
            return new AddressPort(IpAddress.parse("127.0.0.77"), 0);
        }

        @Override
        public boolean transparent() {
            return false;
        }

        @Override
        public @Nullable UpstreamBinding refused() {
            return null;
        }

        @Override
        public void release() {
            released.incrementAndGet();
        }
    }
}
