package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.TcpDatapath;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.listener.TcpListener;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** A data path on loopback in front of one {@link TestService}. */
final class TestDatapath implements AutoCloseable {
    static final int LOOPS = 2;

    final EventLoops loops;
    final TcpDatapath datapath;
    final TestService service;
    final TcpListener listener;

    private TestDatapath(EventLoops loops, TcpDatapath datapath, TestService service, TcpListener listener) {
        this.loops = loops;
        this.datapath = datapath;
        this.service = service;
        this.listener = listener;
    }

    static TestDatapath start(IoTransport transport, TestService service) throws IOException {
        return start(transport, service, TcpSettings.DEFAULTS, UpstreamBinder.NODE_ADDRESS, ConnectionLog.NONE);
    }

    static TestDatapath start(RelayKind kind, TestService service) throws IOException {
        return start(kind.transport(), service, kind.settings(), UpstreamBinder.NODE_ADDRESS, ConnectionLog.NONE);
    }

    static TestDatapath start(
            IoTransport transport, TestService service, TcpSettings settings, UpstreamBinder binder, ConnectionLog log)
            throws IOException {
        return start(transport, service, settings, binder, log, "127.0.0.1");
    }

    static TestDatapath start(
            IoTransport transport,
            TestService service,
            TcpSettings settings,
            UpstreamBinder binder,
            ConnectionLog log,
            String address)
            throws IOException {
        EventLoops loops = EventLoops.start(transport, LOOPS);
        TcpDatapath datapath = new TcpDatapath(loops, service.router, settings, binder, log);
        TcpListener listener =
                datapath.openListener(new AddressPort(IpAddress.parse(address), 0), ListenerOptions.PLAIN);
        service.serveAt(listener.address());
        return new TestDatapath(loops, datapath, service, listener);
    }

    TcpConnections connections() {
        return datapath.connections();
    }

    /** A client, connected, that waits ten seconds for anything it reads. */
    Socket connect() throws IOException {
        return connect(0);
    }

    /** @param receiveBuffer small ones make senders stall early; 0 leaves it to the kernel */
    Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        InetAddress address = listener.address().address().toInetAddress();
        socket.connect(new InetSocketAddress(address, listener.address().port()), 10_000);
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Dials, and expects a reset: it may come before connect() has returned. */
    void assertClientIsReset() {
        assertThatThrownBy(() -> {
                    try (Socket client = connect()) {
                        client.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /** Reads to the end, which has to be a reset. */
    static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    long pendingBytes() {
        return connections().pendingBytes().join();
    }

    void awaitNoConnections() {
        Eventually.until("all connections end", () -> connections().open() == 0);
    }

    @Override
    public void close() {
        loops.close();
    }
}
