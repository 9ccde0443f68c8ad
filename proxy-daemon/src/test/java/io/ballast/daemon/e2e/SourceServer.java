package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Answers a datagram with its own name and the address and port that it came from, in a line of text, and then with the
 * datagram's first four bytes; padded to the length of what came.
 */
final class SourceServer implements AutoCloseable {
    private final String name;
    private final DatagramSocket socket;
    private final Duration thought;
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();

    private SourceServer(String name, DatagramSocket socket, Duration thought) {
        this.name = name;
        this.socket = socket;
        this.thought = thought;
    }

    static SourceServer start(Machine machine, String name, int port) throws Exception {
        return start(machine, name, port, Duration.ZERO);
    }

    /** @param thought how long each answer takes */
    static SourceServer start(Machine machine, String name, int port, Duration thought) throws Exception {
        DatagramSocket socket = machine.run(() -> {
            DatagramSocket opened = new DatagramSocket(null);
            opened.setReceiveBufferSize(1 << 20);
            opened.bind(new InetSocketAddress("::", port));
            return opened;
        });
        SourceServer server = new SourceServer(name, socket, thought);
        Thread thread = new Thread(server::answer, name);
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private void answer() {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        while (!socket.isClosed()) {
            try {
                packet.setLength(2_000);
                socket.receive(packet);
                byte[] line = (name + " " + packet.getSocketAddress() + "\n").getBytes(StandardCharsets.UTF_8);
                byte[] answer = Arrays.copyOf(line, Math.max(line.length + Integer.BYTES, packet.getLength()));
                System.arraycopy(packet.getData(), 0, answer, line.length, Integer.BYTES);
                DatagramPacket reply = new DatagramPacket(answer, answer.length, packet.getSocketAddress());
                sender.schedule(() -> send(reply), thought.toMillis(), TimeUnit.MILLISECONDS);
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    private void send(DatagramPacket reply) {
        try {
            socket.send(reply);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException e) {
        if (!socket.isClosed()) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
        socket.close();
    }
}
