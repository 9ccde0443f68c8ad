package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.StreamSockets;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.transport.IoTransport;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpollSocketTest {
    private final StreamSockets calls = new StreamSockets();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    private final long address = Buffer.memoryAddress(buffer);
    private final TestEndpoint endpoint = TestEndpoint.start();
    private final EpollSocket socket;

    @BeforeAll
    static void loadNativeTexts() {
        assertThat(IoTransport.EPOLL.isAvailable()).isTrue();
    }

    EpollSocketTest() throws IOException {
        socket = EpollSocket.open(IpFamily.IPV4, calls);
    }

    @BeforeEach
    void connect() throws IOException {
        socket.connect(endpoint.address());
    }

    @AfterEach
    void close() throws IOException {
        socket.closeQuietly();
        endpoint.close();
    }

    @Test
    void sendsAndReceives() throws Exception {
        Socket server = endpoint.accept();
        assertThat(socket.receive(address, 16)).isZero();
        buffer.put(0, (byte) 7);
        assertThat(socket.send(address, 1, false)).isEqualTo(1);
        assertThat(server.getInputStream().read()).isEqualTo(7);
        server.getOutputStream().write(8);
        Eventually.until("a byte comes back", () -> receive() == 1);
        assertThat(buffer.get(0)).isEqualTo((byte) 8);
        server.shutdownOutput();
        Eventually.until("the end comes", () -> receive() == -1);
    }

    private int receive() {
        try {
            return socket.receive(address, 16);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void segmentsDoNotWaitForEachOtherFromTheSecondOneOn() throws Exception {
        endpoint.accept();
        socket.send(address, 1, false);
        assertThat(noDelay()).isZero();
        socket.send(address, 1, false);
        assertThat(noDelay()).isEqualTo(1);
    }

    private int noDelay() {
        byte[] value = new byte[Integer.BYTES];
        int[] length = {value.length};
        int result = SystemCalls.libc()
                .getsockopt(socket.intValue(), StreamSockets.IPPROTO_TCP, StreamSockets.TCP_NODELAY, value, length);
        assertThat(result).isZero();
        return value[0];
    }

    @Test
    void lastBytesAreNotHeldBackOnceTheOutputIsShut() throws Exception {
        Socket server = endpoint.accept();
        socket.send(address, 3, true);
        socket.shutdownOutput();
        assertThat(server.getInputStream().readAllBytes()).hasSize(3);
    }

    @Test
    void tellsWhyAConnectFailed() throws Exception {
        endpoint.accept();
        endpoint.close();
        EpollSocket refused = EpollSocket.open(IpFamily.IPV4, calls);
        try {
            refused.connect(endpoint.address());
            AtomicReference<@Nullable IOException> error = new AtomicReference<>();
            Eventually.until("the endpoint refuses", () -> {
                error.set(refused.error("connect"));
                return error.get() != null;
            });
            assertThat(ConnectFailures.of(error.get())).isEqualTo(ConnectFailure.REFUSED);
            assertThat(refused.error("connect")).isNull();
        } finally {
            refused.closeQuietly();
        }
    }

    @Test
    void tellsOfAReset() throws Exception {
        Socket server = endpoint.accept();
        server.setSoLinger(true, 0);
        server.close();
        assertThatThrownBy(() -> {
                    while (true) {
                        socket.receive(address, 16);
                    }
                })
                .isInstanceOf(NativeIoException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void knowsItsAddressWhileItIsConnected() throws Exception {
        Socket server = endpoint.accept();
        assertThat(socket.localAddress()).isNotNull();
        assertThat(socket.localAddress().port()).isEqualTo(server.getPort());
    }
}
