package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A UDP client that sends from one port for ever, some datagrams a second, whatever comes back, as upstream's conntrack
 * tests do. Counts what it sent when each server was heard first and last.
 */
final class FixedPortClient implements AutoCloseable {
    private static final int PORT = 12_345;
    private static final int INTERVAL_MILLIS = 20;

    private final DatagramSocket socket;
    private final InetSocketAddress target;
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Integer> firstHeard = new ConcurrentHashMap<>();
    private final Map<String, Integer> lastHeard = new ConcurrentHashMap<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();

    private FixedPortClient(DatagramSocket socket, InetSocketAddress target) {
        this.socket = socket;
        this.target = target;
    }

    static FixedPortClient start(Machine from, String address, int port) throws Exception {
        boolean ipv6 = address.contains(":");
        DatagramSocket socket = from.run(() -> new DatagramSocket(
                new InetSocketAddress(InetAddress.getByName(ipv6 ? "::" : "0.0.0.0"), ipv6 ? PORT + 1 : PORT)));
        FixedPortClient client = new FixedPortClient(socket, new InetSocketAddress(address, port));
        client.sender.scheduleWithFixedDelay(client::send, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        Thread receiver = new Thread(client::receive, "fixed-port-client");
        receiver.setDaemon(true);
        receiver.start();
        return client;
    }

    private void send() {
        try {
            socket.send(new DatagramPacket(new byte[100], 100, target));
        } catch (IOException e) {
            refusals.incrementAndGet(); // On its way out of this very host: lost like any other.
        }
        sent.incrementAndGet();
    }

    private void receive() {
        while (!socket.isClosed()) {
            try {
                DatagramPacket answer = new DatagramPacket(new byte[1_000], 1_000);
                socket.receive(answer);
                if (answer.getSocketAddress().equals(target)) {
                    heard(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8).split(" ", 2)[0]);
                }
            } catch (IOException e) {
                refusals.incrementAndGet(); // Or closed by the test.
            }
        }
    }

    private void heard(String server) {
        int now = sent.get();
        firstHeard.putIfAbsent(server, now);
        lastHeard.put(server, now);
    }

    /** How many datagrams were sent so far. */
    int sent() {
        return sent.get();
    }

    boolean hears(String server) {
        return firstHeard.containsKey(server);
    }

    /** Whether it was heard in answer to something sent after the first so many. */
    boolean hearsSince(String server, int before) {
        return lastHeard.getOrDefault(server, 0) > before + 1;
    }

    /** Datagrams sent between the last answer of one server and the first of another. */
    int gap(String before, String after) {
        return Math.max(0, firstHeard.getOrDefault(after, sent.get()) - lastHeard.getOrDefault(before, 0));
    }

    @Override
    public void close() {
        sender.shutdownNow();
        socket.close();
    }
}
