package io.ballast.netty.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class UnixSocketTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final String name = "ballast-test/" + UUID.randomUUID();
    private final UnixSocket listener = UnixSocket.listen(name);
    private final UnixSocket client = UnixSocket.connect(name).orElseThrow();
    private final UnixSocket server = listener.accept().orElseThrow();

    @AfterEach
    void close() {
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void carriesTextAndDescriptors() {
        int event = SystemCalls.check(SystemCalls.libc().eventfd(0, 0), () -> "eventfd");
        try (Descriptor sent = Descriptor.owning(event, "event")) {
            server.send("take this", Collections.nCopies(UnixMessage.MOST_DESCRIPTORS, sent.number()));
        }

        try (UnixMessage message = client.receive(SOON).orElseThrow()) {
            assertThat(message.text()).isEqualTo("take this");
            assertThat(message.descriptors()).hasSize(UnixMessage.MOST_DESCRIPTORS);
            Descriptor first = message.descriptors().get(0);
            Descriptor second = message.descriptors().get(1);
            try (NativeMemory number = NativeMemory.allocate(Long.BYTES)) {
                number.pointer().putLong(0, 7);
                assertThat(SystemCalls.libc().write(first.number(), number.pointer(), Long.BYTES))
                        .isEqualTo(8);
                number.zero();
                assertThat(SystemCalls.libc().read(second.number(), number.pointer(), Long.BYTES))
                        .isEqualTo(8);
                assertThat(number.pointer().getLong(0)).isEqualTo(7);
            }
        }
    }

    /** Whoever is stopped while it is sent a lot must not stop the sender for ever. */
    @Test
    void givesUpOnOneThatDoesNotRead() {
        server.patience(Duration.ofMillis(1));

        assertThatThrownBy(() -> {
                    while (true) {
                        server.send("unread", List.of());
                    }
                })
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
    }

    @Test
    void keepsMessagesApart() {
        client.send("one", List.of());
        client.send("two", List.of());

        assertThat(server.receive(SOON)).hasValue(new UnixMessage("one", List.of()));
        assertThat(server.receive(SOON)).hasValue(new UnixMessage("two", List.of()));
    }

    @Test
    void saysWhoIsThere() {
        UnixSocket.Peer self = new UnixSocket.Peer(
                (int) ProcessHandle.current().pid(), SystemCalls.libc().geteuid());

        assertThat(client.peer()).isEqualTo(self);
        assertThat(server.peer()).isEqualTo(self);
    }

    @Test
    void noticesThatTheOtherSideIsGone() {
        assertThat(client.isConnected()).isTrue();

        server.close();

        assertThat(client.isConnected()).isFalse();
        assertThat(client.receive(SOON)).isEmpty();
        assertThatThrownBy(() -> client.send("hello", List.of()))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("EPIPE");
    }

    @Test
    void givesUpWaiting() {
        assertThatThrownBy(() -> client.receive(Duration.ofMillis(1)))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("ETIMEDOUT");
    }

    @Test
    void findsNobodyWhereNobodyListens() {
        assertThat(UnixSocket.connect(name + "-not")).isEmpty();
    }

    @Test
    void hasOneListenerOnly() {
        assertThatThrownBy(() -> UnixSocket.listen(name))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("EADDRINUSE");
    }

    @Test
    void endsTheWaitOfAnotherThreadWhenClosed() throws Exception {
        CompletableFuture<Optional<UnixSocket>> accepting = CompletableFuture.supplyAsync(listener::accept);
        CompletableFuture<Optional<UnixMessage>> receiving = CompletableFuture.supplyAsync(() -> server.receive(SOON));

        listener.close();
        server.close();

        assertThat(accepting.get(20, TimeUnit.SECONDS)).isEmpty();
        assertThat(receiving.get(20, TimeUnit.SECONDS)).isEmpty();
    }
}
