package io.ballast.daemon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** The listening socket of a test server and its connections, one thread each while requests are read. Thread-safe. */
final class TestSockets {
    /** Answers a request; false ends the reading from this connection, whose owner it then is. */
    interface Handler {
        boolean handle(TestConnection connection, int number, TestConnection.Message message)
                throws IOException, InterruptedException;
    }

    private final @Nullable SSLContext tls;
    private final Handler handler;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<TestConnection> open = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket listener;
    private volatile int port;

    TestSockets(@Nullable SSLContext tls, Handler handler) {
        this.tls = tls;
        this.handler = handler;
    }

    String url() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    int accepted() {
        return accepted.get();
    }

    synchronized void open() {
        Await.until("port " + port + " is free", this::isOpened);
    }

    /** A client of another test may hold the port of a stopped server for a moment, as its own. */
    private boolean isOpened() {
        try {
            ServerSocket socket = tls == null
                    ? new ServerSocket()
                    : tls.getServerSocketFactory().createServerSocket();
            if (socket instanceof SSLServerSocket secure) {
                secure.setWantClientAuth(true);
            }
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 1024);
            port = socket.getLocalPort();
            listener = socket;
            daemon(() -> accept(socket)).start();
            return true;
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void close() {
        ServerSocket socket = listener;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            open.forEach(TestConnection::cut);
            open.clear();
            listener = null;
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                TestConnection connection = new TestConnection(socket.accept());
                open.add(connection);
                int number = accepted.incrementAndGet();
                daemon(() -> serve(connection, number)).start();
            } catch (IOException e) {
                // Closed while accepting: the loop's condition ends it.
                Thread.onSpinWait();
            }
        }
    }

    private void serve(TestConnection connection, int number) {
        try {
            boolean ours = true;
            while (ours) {
                ours = handler.handle(connection, number, connection.read());
            }
        } catch (IOException | InterruptedException e) {
            // The client or the test ended the connection.
            connection.cut();
            open.remove(connection);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(null, work, "test-api-server", 128 * 1024);
        thread.setDaemon(true);
        return thread;
    }
}
