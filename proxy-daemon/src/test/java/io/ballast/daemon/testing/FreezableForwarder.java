package io.ballast.daemon.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forwards TCP connections on loopback until it is told to freeze those that are open: they stay open and silent for
 * ever, as when a peer or a middlebox vanishes. Connections made later are forwarded. Thread-safe.
 */
public final class FreezableForwarder implements AutoCloseable {
    private final LoopbackServer server = LoopbackServer.open("forwarder");
    private final int target;
    private final AtomicInteger accepted = new AtomicInteger();
    /** Connections up to this number are frozen. */
    private volatile int frozen;

    public FreezableForwarder(int target) {
        this.target = target;
        server.start(this::forward);
    }

    public int port() {
        return server.port();
    }

    public int accepted() {
        return accepted.get();
    }

    public void freeze() {
        frozen = accepted.get();
    }

    private void forward(Socket client) throws IOException {
        Socket behind = server.connect("127.0.0.1", target);
        int number = accepted.incrementAndGet();
        server.spawn(() -> pump(number, client, behind));
        pump(number, behind, client);
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

    @Override
    public void close() {
        server.close();
    }
}
