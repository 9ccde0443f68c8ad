package io.ballast.daemon.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forwards TCP connections on loopback until it is told to freeze those that are open: they stay open and silent for
 * ever, as when a peer or a middlebox vanishes. Connections made later are forwarded. Thread-safe.
 */
public final class FreezableForwarder implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    /** Connections up to this number are frozen. */
    private volatile int frozen;

    public FreezableForwarder(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 100, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        spawn(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public int accepted() {
        return accepted.get();
    }

    public void freeze() {
        frozen = accepted.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), target);
            open.add(client);
            open.add(server);
            int number = accepted.incrementAndGet();
            spawn(() -> pump(number, client, server));
            spawn(() -> pump(number, server, client));
        }
    }

    private void pump(int number, Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (number > frozen) {
                out.write(buffer, 0, count);
                out.flush();
            }
        }
        if (number > frozen) {
            to.shutdownOutput();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void spawn(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // A connection or the listener was closed: the thread's work is done.
                        Thread.currentThread().interrupt();
                    }
                },
                "forwarder");
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
