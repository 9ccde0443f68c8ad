package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Answers a datagram with its own name and the address and port that it came from, in a line of text, and then with the
 * datagram's first four bytes; padded to the length of what came.
 */
final class SourceServer implements AutoCloseable {
    private final String name;
    private final DatagramSocket socket;

    private SourceServer(String name, DatagramSocket socket) {
        this.name = name;
        this.socket = socket;
    }

    static SourceServer start(Machine machine, String name, int port) throws Exception {
        DatagramSocket socket = machine.run(() -> {
            DatagramSocket opened = new DatagramSocket(null);
            opened.setReceiveBufferSize(1 << 20);
            opened.bind(new InetSocketAddress("::", port));
            return opened;
        });
        SourceServer server = new SourceServer(name, socket);
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
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
