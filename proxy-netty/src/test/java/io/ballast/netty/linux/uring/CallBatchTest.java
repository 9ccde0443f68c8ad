package io.ballast.netty.linux.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Architecture;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.StreamSockets;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call has the result that it would have alone, with the kernel's ring and where that refuses. */
class CallBatchTest {
    private static final int SIZE = 8;
    private static final int BUFFER = 64;
    private static final long DUP3 = Architecture.systemCall(292, 24);

    private final StreamSockets calls = new StreamSockets();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Integer> sockets = new ArrayList<>();
    private final List<Socket> peers = new ArrayList<>();
    private final NativeMemory memory = NativeMemory.allocate((long) SIZE * BUFFER);
    private final List<Integer> rings;
    private final CallBatch batch;

    CallBatchTest() throws IOException {
        List<Integer> before = ringDescriptors();
        batch = CallBatch.open(SIZE);
        rings = ringDescriptors();
        rings.removeAll(before);
    }

    private static List<Integer> ringDescriptors() throws IOException {
        List<Integer> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : all.toList()) {
                if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)
                        && Files.readSymbolicLink(each).toString().contains("io_uring")) {
                    found.add(Integer.valueOf(each.getFileName().toString()));
                }
            }
        }
        return found;
    }

    @AfterEach
    void close() throws IOException {
        batch.close();
        sockets.forEach(calls::close);
        for (Socket peer : peers) {
            peer.close();
        }
        server.close();
        memory.close();
    }

    /** One end, without waiting, of a connection whose other end is the newest of {@link #peers}. */
    private int connect() throws IOException {
        int socket = calls.open(IpFamily.IPV4);
        sockets.add(socket);
        calls.connect(socket, AddressPort.of((InetSocketAddress) server.getLocalSocketAddress()));
        Socket peer = server.accept();
        peer.setTcpNoDelay(true);
        peers.add(peer);
        return socket;
    }

    private long buffer(int number) {
        return memory.address() + (long) number * BUFFER;
    }

    private String text(int number, int length) {
        return new String(memory.bytes((long) number * BUFFER, length), StandardCharsets.US_ASCII);
    }

    private void write(Socket peer, String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** From now on the kernel refuses to take anything from the ring. */
    private void breakRing(boolean broken) {
        if (broken) {
            assertThat(rings).hasSize(1);
            int other = SystemCalls.libc().memfd_create("no ring", 0);
            assertThat(SystemCalls.libc().syscall(DUP3, other, rings.get(0), 0, 0))
                    .isEqualTo((long) rings.get(0));
            SystemCalls.libc().close(other);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsHaveTheResultsThatTheyHaveAlone(boolean broken) throws Exception {
        int talking = connect();
        write(peers.get(0), "hello");
        int silent = connect();
        int ended = connect();
        peers.get(2).shutdownOutput();
        int reset = connect();
        peers.get(3).setSoLinger(true, 0);
        peers.get(3).close();
        int closed = calls.open(IpFamily.IPV4);
        calls.close(closed);
        breakRing(broken);

        int[] numbers = {
            batch.receive(talking, buffer(0), BUFFER),
            batch.receive(silent, buffer(1), BUFFER),
            batch.receive(ended, buffer(2), BUFFER),
            batch.receive(reset, buffer(3), BUFFER),
            batch.receive(closed, buffer(4), BUFFER),
            batch.send(silent, buffer(0), 5, false),
        };
        batch.perform();

        assertThat(Stream.of(0, 1, 2, 3, 4, 5).map(i -> batch.result(numbers[i])))
                .containsExactly(5, -Errno.EAGAIN.number(), 0, -Errno.ECONNRESET.number(), -Errno.EBADF.number(), 5);
        assertThat(text(0, 5)).isEqualTo("hello");
        assertThat(peers.get(1).getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsToOneSocketAreMadeInOrder(boolean broken) throws Exception {
        int socket = connect();
        breakRing(broken);
        for (int i = 0; i < SIZE; i++) {
            memory.pointer().putByte((long) i * BUFFER, (byte) ('a' + i));
            batch.send(socket, buffer(i), 1, i < SIZE - 1);
        }
        batch.perform();
        assertThat(peers.get(0).getInputStream().readNBytes(SIZE))
                .isEqualTo("abcdefgh".getBytes(StandardCharsets.US_ASCII));
    }

    /** Positions in the ring wrap around, and results belong to the newest calls. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isUsedAgainAndAgain(boolean broken) throws Exception {
        int socket = connect();
        breakRing(broken);
        for (int round = 0; round < 5 * SIZE; round++) {
            write(peers.get(0), "x".repeat(1 + round));
            int none = batch.send(socket, buffer(1), 0, false);
            int some = batch.receive(socket, buffer(0), BUFFER);
            batch.perform();
            assertThat(batch.result(none)).isZero();
            assertThat(batch.result(some)).isEqualTo(1 + round);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closes(boolean broken) throws Exception {
        int first = connect();
        int second = connect();
        sockets.clear();
        breakRing(broken);
        batch.close(first);
        batch.close(second);
        batch.close(first);
        batch.perform();
        assertThat(Stream.of(0, 1, 2).map(batch::result)).containsExactly(0, 0, -Errno.EBADF.number());
        assertThat(peers.get(0).getInputStream().read()).isEqualTo(-1);
        assertThat(peers.get(1).getInputStream().read()).isEqualTo(-1);
    }

    /** A full socket takes a part, then nothing, and is not waited for. */
    @Test
    void doesNotWaitForAFullSocket() throws Exception {
        int socket = connect();
        try (NativeMemory much = NativeMemory.allocate(64 << 20)) {
            int part = batch.send(socket, much.address(), 64 << 20, false);
            int nothing = batch.send(socket, much.address(), 64 << 20, false);
            batch.perform();
            assertThat(batch.result(part)).isBetween(1, (64 << 20) - 1);
            assertThat(batch.result(nothing)).isEqualTo(-Errno.EAGAIN.number());
        }
    }

    @Test
    void performsNothing() {
        batch.perform();
        assertThat(batch.capacity()).isEqualTo(SIZE);
    }

    @Test
    void cannotBeOpenedTooLarge() {
        assertThat(CallBatch.unavailability()).isEmpty();
        assertThatThrownBy(() -> CallBatch.open(1 << 20))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("io_uring_setup");
    }

    @Test
    void givesItsDescriptorBack() throws Exception {
        batch.close();
        assertThat(ringDescriptors()).doesNotContainAnyElementsOf(rings);
    }
}
