package io.ballast.daemon.demo;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a pod: an HTTP server and a UDP responder on one loopback address that answer with their name.
 * {@link #kill} and {@link #start} make it die and come back. Confined to the tour's thread, but for its servers.
 */
final class DemoEndpoint implements AutoCloseable {
    static final int PORT = 8080;

    private final String name;
    private final String address;
    private @Nullable HttpServer http;
    private @Nullable DatagramSocket udp;
    private @Nullable ExecutorService threads;

    DemoEndpoint(String name, String address) {
        this.name = name;
        this.address = address;
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    void start() throws IOException {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getByName(address), PORT);
        HttpServer server = HttpServer.create(local, 1024);
        DatagramSocket socket = new DatagramSocket(local);
        ExecutorService pool = Executors.newCachedThreadPool(this::daemonThread);
        server.setExecutor(pool);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = (name + "\n").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        pool.execute(() -> answerDatagrams(socket));
        http = server;
        udp = socket;
        threads = pool;
    }

    private Thread daemonThread(Runnable body) {
        Thread thread = new Thread(body, "demo-" + name);
        thread.setDaemon(true);
        return thread;
    }

    private void answerDatagrams(DatagramSocket socket) {
        byte[] buffer = new byte[65_535];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] answer = name.getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (SocketException e) {
                return; // Closed by kill(): the way this loop ends.
            } catch (IOException e) {
                throw new IllegalStateException(name + " cannot answer", e);
            }
        }
    }

    /** Stops listening at once, as a crashed process does. */
    void kill() {
        if (http != null) {
            http.stop(0);
        }
        if (udp != null) {
            udp.close();
        }
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
