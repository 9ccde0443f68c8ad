package io.ballast.netty.clientip;

import io.ballast.netty.testing.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to an {@link AddressEcho} that stays open. Confined to one thread. */
final class OpenLine implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader reader;
    private final String seen;
    private int exchanges;

    private OpenLine(Socket socket) throws IOException {
        this.socket = socket;
        reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        seen = String.valueOf(reader.readLine());
    }

    /**
     * @param port of the client, 0 for any
     */
    static OpenLine start(Machine from, int port, String host, int hostPort) throws Exception {
        return from.run(() -> {
            Socket socket = new Socket();
            socket.setSoTimeout(20_000);
            socket.bind(new InetSocketAddress(host.contains(":") ? "::" : "0.0.0.0", port));
            socket.connect(new InetSocketAddress(host, hostPort), 20_000);
            return new OpenLine(socket);
        });
    }

    /** Where the endpoint sees the client. */
    String seen() {
        return seen;
    }

    /** Something there and back. */
    void exchange() {
        String line = "exchange " + exchanges++ + " " + "x".repeat(20_000);
        try {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = reader.readLine();
            if (!line.equals(answer)) {
                throw new AssertionError("the answer was " + answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of which no answer is expected. */
    static boolean sendOneDatagram(String host, int port) throws IOException {
        try (DatagramSocket datagrams = new DatagramSocket()) {
            datagrams.send(new DatagramPacket(new byte[10], 10, new InetSocketAddress(host, port)));
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
