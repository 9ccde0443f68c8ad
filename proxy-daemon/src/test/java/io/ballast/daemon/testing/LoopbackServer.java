package io.ballast.daemon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Accepts TCP connections on loopback, a thread for each, and closes what it was given in the end. Thread-safe. */
final class LoopbackServer implements AutoCloseable {
    private final String name;
    private final ServerSocket listener;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private LoopbackServer(String name, ServerSocket listener) {
        this.name = name;
        this.listener = listener;
    }

    /** What a thread does until a connection is closed. */
    interface Work {
        void run() throws IOException;
    }

    /** Serves one client. */
    interface Service {
        void serve(Socket client) throws IOException;
    }

    /** @param name of its threads */
    static LoopbackServer open(String name) {
        try {
            return new LoopbackServer(
                    name, new ServerSocket(0, 100, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    void start(Service service) {
        spawn(() -> {
            while (true) {
                Socket client = listener.accept();
                open.add(client);
                spawn(() -> service.serve(client));
            }
        });
    }

    /** A connection that ends with this server. */
    Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket(host, port);
        open.add(socket);
        return socket;
    }

    void spawn(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // A connection or the listener was closed: the thread's work is done.
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
