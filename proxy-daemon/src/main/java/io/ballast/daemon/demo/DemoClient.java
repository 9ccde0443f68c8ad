package io.ballast.daemon.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Clients of the demo: real sockets, each from a loopback address of the caller's choice. Immutable. */
final class DemoClient {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final String address;

    DemoClient(String address) {
        this.address = address;
    }

    /** A connection that stays open, and the name of the endpoint behind it. */
    record Held(Socket socket, String endpoint) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Connects, asks who is there, and keeps the connection. */
    Held hold(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return new Held(socket, ask(socket, host));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String ask(Socket socket, String host) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        while (line != null && !line.isEmpty()) {
            line = reader.readLine();
        }
        String name = line == null ? null : reader.readLine();
        if (name == null) {
            throw new IOException("connection to " + host + " ended without an answer");
        }
        return name;
    }

    /** One connection, one request; the name of the endpoint that answered. */
    String get(String host, int port) throws IOException {
        try (Held held = hold(host, port)) {
            return held.endpoint();
        }
    }

    /** As many connections one after another; the names of the endpoints that answered, in order. */
    List<String> sequence(String host, int port, int requests) throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            names.add(get(host, port));
        }
        return names;
    }

    /** As {@link #sequence}; how often each endpoint answered, by name. */
    Map<String, Integer> count(String host, int port, int requests) throws IOException {
        return countsOf(sequence(host, port, requests));
    }

    static Map<String, Integer> countsOf(List<String> names) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        names.stream().sorted().forEach(name -> counts.merge(name, 1, Integer::sum));
        return counts;
    }

    /** One datagram and its answer. */
    String ask(String host, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), 0))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port));
            byte[] question = "who?".getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(question, question.length));
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        }
    }
}
