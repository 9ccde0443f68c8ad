package io.ballast.daemon.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy on loopback that opens tunnels (CONNECT) and notes the heads of requests. Thread-safe. */
public final class TunnelProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    public TunnelProxy() throws IOException {
        listener = new ServerSocket(0, 100, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        spawn(this::accept);
    }

    /** {@code HOST:PORT}. */
    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    public List<String> heads() {
        return heads;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            open.add(client);
            spawn(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            if (next < 0) {
                return;
            }
            head.append((char) next);
        }
        heads.add(head.toString());
        String[] target = head.toString().split(" ")[1].split(":");
        Socket server = new Socket(target[0], Integer.parseInt(target[1]));
        open.add(server);
        client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        spawn(() -> pump(server, client));
        pump(client, server);
    }

    private static void pump(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        in.transferTo(out);
        to.shutdownOutput();
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
                "tunnel-proxy");
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
