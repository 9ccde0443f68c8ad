package io.ballast.netty.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.handover.HandOverServer.State;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import io.ballast.netty.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both sides of the protocol, in one process. */
class HandOverTest {
    private static final Identity OLD_POD = new Identity("11111111-1111-1111-1111-111111111111", Identity.NONE);
    private static final Identity NEW_POD = new Identity("22222222-2222-2222-2222-222222222222", Identity.NONE);
    private static final Identity NEWEST_POD = new Identity("33333333-3333-3333-3333-333333333333", Identity.NONE);
    private static final AddressPort ADDRESS = new AddressPort(IpAddress.parse("10.96.0.10"), 80);
    private static final AddressPort SHARED = new AddressPort(IpAddress.parse("::1"), 4711);

    private final String name = "ballast-test/" + UUID.randomUUID();
    private final Descriptor event =
            Descriptor.owning(SystemCalls.check(SystemCalls.libc().eventfd(0, 0), () -> "eventfd"), "event");
    private final RecordingOwner owner = new RecordingOwner();
    private final List<AutoCloseable> resources = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : resources) {
            resource.close();
        }
        event.close();
    }

    private HandOverServer serve(Identity self, Set<String> replaced) {
        HandOverServer server =
                HandOverServer.start(HandOverServer.claimName(name).orElseThrow(), self, replaced, owner);
        resources.add(server);
        return server;
    }

    private Predecessor find(Identity self) {
        Predecessor found = Predecessor.find(name, self).orElseThrow();
        resources.add(found);
        return found;
    }

    @Test
    void findsNobodyWhereNobodyServes() {
        assertThat(Predecessor.find(name, NEW_POD)).isEmpty();
    }

    /** Two successors at once: the one that serves has no ear for the second, and ends once the first has taken over. */
    @Test
    void findsWhoTookOverMeanwhile() throws Exception {
        UnixSocket busy = UnixSocket.listen(name);
        CompletableFuture<Predecessor> second = CompletableFuture.supplyAsync(
                () -> Predecessor.find(name, NEW_POD).orElseThrow());
        UnixSocket waiting = busy.accept().orElseThrow();
        busy.close();
        waiting.close();

        serve(OLD_POD, Set.of());

        resources.add(second.get(30, TimeUnit.SECONDS));
    }

    @Test
    void handsOverSocketsOfEachKeyTogether() throws Exception {
        HandOverServer server = serve(OLD_POD, Set.of("earlier"));
        owner.sockets = 600;

        try (InheritedSockets inherited = new InheritedSockets()) {
            Predecessor predecessor = find(NEW_POD);
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
            assertThat(owner.released).isNotDone();

            predecessor.taken(true).name().orElseThrow().close();
        }

        assertThat(owner.released.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(owner.ended.get(20, TimeUnit.SECONDS)).isNull();
        assertThat(server.state()).isEqualTo(State.HANDED_OVER);
    }

    @Test
    void handsOverSessionsOnceTheSuccessorServes() throws Exception {
        serve(OLD_POD, Set.of());
        Frontend frontend = new Frontend(Protocol.UDP, SHARED.address(), 53);
        for (int i = 0; i < 600; i++) {
            Descriptor socket = Descriptor.owning(
                    SystemCalls.check(SystemCalls.libc().eventfd(i, 0), () -> "eventfd"), "session " + i);
            AddressPort client = new AddressPort(IpAddress.parse("fe80::1"), 1_000 + i);
            owner.sessions.add(new SessionHandOver(socket, i % 3 - 1, frontend, client, 7, ADDRESS, i % 2 == 0));
        }

        try (InheritedSockets inherited = new InheritedSockets()) {
            Predecessor predecessor = find(NEW_POD);
            predecessor.takeOver(inherited).orElseThrow().close();
            List<SessionHandOver> taken = predecessor.taken(true).sessions();

            assertThat(taken.stream().map(SessionHandOver::text))
                    .containsExactlyElementsOf(
                            owner.sessions.stream().map(SessionHandOver::text).toList());
            assertThat(taken).allMatch(session -> session.socket().isOpen());
            taken.forEach(SessionHandOver::close);
        }
        assertThat(owner.ended.get(20, TimeUnit.SECONDS)).isNull();
        assertThat(owner.sessions).noneMatch(session -> session.socket().isOpen());
    }

    @Test
    void goesOnWhenTheSuccessorDiesMidway() throws Exception {
        HandOverServer server = serve(OLD_POD, Set.of());
        Predecessor first = find(NEW_POD);
        assertThat(server.state()).isEqualTo(State.ANNOUNCED);
        try (InheritedSockets inherited = new InheritedSockets()) {
            first.takeOver(inherited).orElseThrow().close();
        }

        first.close();

        Await.until("it is alone again", () -> server.state() == State.ALONE);
        assertThat(owner.released).isNotDone();
        assertThat(find(NEW_POD).servesOn()).isFalse();
    }

    @Test
    void tellsASecondSuccessorToStandByUntilTheFirstIsGone() throws Exception {
        HandOverServer server = serve(OLD_POD, Set.of());
        Predecessor first = find(NEW_POD);

        Predecessor second = find(NEWEST_POD);

        assertThat(second.servesOn()).isTrue();
        assertThat(second.lives()).isTrue();
        assertThat(first.lives()).isTrue();
        assertThat(server.state()).isEqualTo(State.ANNOUNCED);
        first.close();
        Await.until("the second hears of it", () -> !second.lives());
        assertThat(find(NEWEST_POD).servesOn()).isFalse();
    }

    /** The name is never free, so that nobody believes that nobody serves. */
    @Test
    void sendsASecondSuccessorOnToTheFirstOneThatTookOver() throws Exception {
        serve(OLD_POD, Set.of());
        Predecessor first = find(NEW_POD);
        Predecessor second = find(NEWEST_POD);
        UnixSocket handedOver;
        try (InheritedSockets inherited = new InheritedSockets()) {
            first.takeOver(inherited).orElseThrow().close();
            assertThat(HandOverServer.claimName(name)).isEmpty();
            handedOver = first.taken(true).name().orElseThrow();
        }
        Await.until("the second hears of it", () -> !second.lives());
        assertThat(HandOverServer.claimName(name)).isEmpty();

        RecordingOwner next = new RecordingOwner();
        resources.add(HandOverServer.start(handedOver, NEW_POD, Set.of(), next));

        assertThat(find(NEWEST_POD).servesOn()).isFalse();
        assertThat(next.released).isNotDone();
    }

    @Test
    void tellsSilenceFromNobody() {
        resources.add(HandOverServer.claimName(name).orElseThrow());

        Predecessor found = find(NEW_POD);

        assertThat(found.isSilent()).isTrue();
        assertThat(found.servesOn()).isTrue();
        assertThat(found.lives()).isFalse();
    }

    @Test
    void tellsAPodThatWasReplacedToStandBy() throws Exception {
        HandOverServer server = serve(NEW_POD, Set.of(OLD_POD.instance()));

        Predecessor found = find(OLD_POD);

        assertThat(found.servesOn()).isTrue();
        assertThat(found.lives()).isTrue();
        assertThat(server.state()).isEqualTo(State.ALONE);
        server.close();
        Await.until("the end is noticed", () -> !found.lives());
    }

    @Test
    void refusesAnotherVersionAndGoesOn() {
        HandOverServer server = serve(OLD_POD, Set.of());
        UnixSocket strange = UnixSocket.connect(name).orElseThrow();
        resources.add(strange);
        strange.send("HELLO 999 - -", List.of());

        UnixMessage answer = strange.receive(Duration.ofSeconds(20)).orElseThrow();

        assertThat(answer.text()).startsWith("REFUSED").contains("999");
        assertThat(find(NEW_POD).servesOn()).isFalse();
        assertThat(server.state()).isEqualTo(State.ANNOUNCED);
    }

    @Test
    void refusesAProcessThatServesOtherServices() {
        serve(OLD_POD, Set.of());

        Predecessor found = find(new Identity(NEW_POD.instance(), "another-proxy"));

        assertThat(found.refuses()).isTrue();
        assertThat(found.servesOn()).isFalse();
        assertThat(found.lives()).isFalse();
        assertThat(find(NEW_POD).refuses()).isFalse();
    }

    @Test
    void stopsWaitingOnceTheSuccessorIsGone() throws Exception {
        HandOverServer server = serve(OLD_POD, Set.of());
        Predecessor found = find(NEW_POD);
        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(() -> server.awaitChange(System.nanoTime() + TimeUnit.MINUTES.toNanos(5)));

        found.close();

        waiting.get(20, TimeUnit.SECONDS);
        assertThat(server.state()).isEqualTo(State.ALONE);
    }

    @Test
    void knowsItsPodByTheKubeletsMounts() {
        String mount = "812 790 259:1 /var/lib/kubelet/pods/" + OLD_POD.instance()
                + "/etc-hosts /etc/hosts rw,relatime - ext4 /dev/root rw";

        assertThat(Identity.instance(List.of("22 1 0:21 / /proc rw - proc proc rw", mount)))
                .isEqualTo(OLD_POD.instance());
        assertThat(Identity.instance(List.of("22 1 0:21 / /mnt/pods/" + OLD_POD.instance() + "/volumes rw")))
                .isEqualTo(Identity.NONE);
    }

    private final class RecordingOwner implements HandOverServer.Owner {
        private final CompletableFuture<Boolean> released = new CompletableFuture<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private int sockets = 1;
        private final List<SessionHandOver> sessions = new ArrayList<>();

        @Override
        public void whileNothingChanges(Runnable action) {
            action.run();
        }

        @Override
        public Offer offer() {
            Offer.Item item = new Offer.Item(new SocketKey(SocketKey.Use.TCP, ADDRESS), event.number());
            return new Offer(
                    Collections.nCopies(sockets, item),
                    List.of(new SocketKey(SocketKey.Use.TCP, SHARED)),
                    List.of(event.number(), event.number()));
        }

        @Override
        public List<SessionHandOver> release(boolean listening) {
            released.complete(listening);
            return sessions;
        }

        @Override
        public void end() {
            ended.complete(null);
        }
    }
}
