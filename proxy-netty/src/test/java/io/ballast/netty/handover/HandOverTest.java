package io.ballast.netty.handover;

import static io.ballast.netty.handover.Parties.ADDRESS;
import static io.ballast.netty.handover.Parties.NEWEST_POD;
import static io.ballast.netty.handover.Parties.NEW_POD;
import static io.ballast.netty.handover.Parties.OLD_POD;
import static io.ballast.netty.handover.Parties.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.handover.HandOverServer.State;
import io.ballast.netty.handover.Parties.RecordingOwner;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.linux.UnixSocket;
import io.ballast.netty.testing.Await;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over, and what becomes of both sides when one of them does not go through with it. */
class HandOverTest {
    @RegisterExtension
    final Parties parties = new Parties();

    @Test
    void handsOverSocketsOfEachKeyTogether() throws Exception {
        HandOverServer server = parties.serve(OLD_POD, Set.of("earlier"));
        parties.owner().sockets = 600;

        try (InheritedSockets inherited = new InheritedSockets()) {
            Predecessor predecessor = parties.find(NEW_POD);
            Inheritance inheritance = predecessor.takeOver(inherited).orElseThrow();
            int[] taken = inherited.take(SocketKey.Use.TCP, ADDRESS);
            for (int descriptor : taken) {
                SystemCalls.libc().close(descriptor);
            }
            assertThat(taken).hasSize(600);
            assertThat(inherited.take(SocketKey.Use.TCP, ADDRESS)).isEmpty();
            assertThat(inheritance.shared()).containsExactly(new SocketKey(SocketKey.Use.TCP, SHARED));
            assertThat(inheritance.lookup()).hasSize(2);
            assertThat(inheritance.replaced()).containsExactlyInAnyOrder("earlier", OLD_POD.instance());
            inheritance.close();
            assertThat(inherited.predecessorLives()).isTrue();
            assertThat(parties.owner().released).isNotDone();

            predecessor.taken(true).name().orElseThrow().close();
        }

        assertThat(parties.owner().released.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(parties.owner().ended.get(20, TimeUnit.SECONDS)).isNull();
        assertThat(server.state()).isEqualTo(State.HANDED_OVER);
    }

    @Test
    void handsOverSessionsOnceTheSuccessorServes() throws Exception {
        parties.serve(OLD_POD, Set.of());
        Frontend frontend = new Frontend(Protocol.UDP, SHARED.address(), 53);
        for (int i = 0; i < 600; i++) {
            Descriptor socket = Descriptor.owning(
                    SystemCalls.check(SystemCalls.libc().eventfd(i, 0), () -> "eventfd"), "session " + i);
            AddressPort client = new AddressPort(IpAddress.parse("fe80::1"), 1_000 + i);
            parties.owner()
                    .sessions
                    .add(new SessionHandOver(socket, i % 3 - 1, frontend, client, 7, ADDRESS, i % 2 == 0));
        }

        try (InheritedSockets inherited = new InheritedSockets()) {
            Predecessor predecessor = parties.find(NEW_POD);
            predecessor.takeOver(inherited).orElseThrow().close();
            List<SessionHandOver> taken = predecessor.taken(true).sessions();

            assertThat(taken.stream().map(SessionHandOver::text))
                    .containsExactlyElementsOf(parties.owner().sessions.stream()
                            .map(SessionHandOver::text)
                            .toList());
            assertThat(taken).allMatch(session -> session.socket().isOpen());
            taken.forEach(SessionHandOver::close);
        }
        assertThat(parties.owner().ended.get(20, TimeUnit.SECONDS)).isNull();
        assertThat(parties.owner().sessions)
                .noneMatch(session -> session.socket().isOpen());
    }

    @Test
    void goesOnWhenTheSuccessorDiesMidway() throws Exception {
        HandOverServer server = parties.serve(OLD_POD, Set.of());
        Predecessor first = parties.find(NEW_POD);
        assertThat(server.state()).isEqualTo(State.ANNOUNCED);
        try (InheritedSockets inherited = new InheritedSockets()) {
            first.takeOver(inherited).orElseThrow().close();
        }

        first.close();

        Await.until("it is alone again", () -> server.state() == State.ALONE);
        assertThat(parties.owner().released).isNotDone();
        assertThat(parties.find(NEW_POD).servesOn()).isFalse();
    }

    /** The name is never free, so that nobody believes that nobody serves. */
    @Test
    void sendsASecondSuccessorOnToTheFirstOneThatTookOver() throws Exception {
        parties.serve(OLD_POD, Set.of());
        Predecessor first = parties.find(NEW_POD);
        Predecessor second = parties.find(NEWEST_POD);
        UnixSocket handedOver;
        try (InheritedSockets inherited = new InheritedSockets()) {
            first.takeOver(inherited).orElseThrow().close();
            assertThat(HandOverServer.claimName(parties.name())).isEmpty();
            handedOver = first.taken(true).name().orElseThrow();
        }
        Await.until("the second hears of it", () -> !second.lives());
        assertThat(HandOverServer.claimName(parties.name())).isEmpty();

        RecordingOwner next = parties.another();
        parties.keep(HandOverServer.start(handedOver, NEW_POD, Set.of(), next));

        assertThat(parties.find(NEWEST_POD).servesOn()).isFalse();
        assertThat(next.released).isNotDone();
    }

    @Test
    void stopsWaitingOnceTheSuccessorIsGone() throws Exception {
        HandOverServer server = parties.serve(OLD_POD, Set.of());
        Predecessor found = parties.find(NEW_POD);
        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(() -> server.awaitChange(System.nanoTime() + TimeUnit.MINUTES.toNanos(5)));

        found.close();

        waiting.get(20, TimeUnit.SECONDS);
        assertThat(server.state()).isEqualTo(State.ALONE);
    }

    /** If it closed its sockets any sooner, it would turn away who still comes there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsUntilClientsComeToTheSuccessorAlone(boolean successorLives) throws Exception {
        HandOverServer server = parties.serve(OLD_POD, Set.of());
        Predecessor found = parties.find(NEW_POD);
        try (InheritedSockets inherited = new InheritedSockets()) {
            found.takeOver(inherited).orElseThrow().close();
            found.taken(false).name().orElseThrow().close();
        }
        assertThat(parties.owner().ended.get(20, TimeUnit.SECONDS)).isNull();
        AtomicBoolean said = new AtomicBoolean();
        CompletableFuture<Boolean> afterwards = new CompletableFuture<>();
        Thread ending = new Thread(() -> {
            server.awaitChange(System.nanoTime() + TimeUnit.MINUTES.toNanos(5));
            afterwards.complete(said.get());
        });
        ending.start();
        Await.until("it waits", () -> ending.getState() == Thread.State.TIMED_WAITING || afterwards.isDone());

        said.set(true);
        if (successorLives) {
            found.settled();
        } else {
            found.close();
        }

        assertThat(afterwards.get(20, TimeUnit.SECONDS)).isTrue();
    }
}
