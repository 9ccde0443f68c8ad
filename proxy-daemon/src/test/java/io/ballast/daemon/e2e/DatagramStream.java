package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client with one port that sends numbered datagrams to a {@link SourceServer}, and knows which of them were answered,
 * by whom, and which were refused. Thread-safe.
 */
final class DatagramStream implements AutoCloseable {
    private static final int INTERVAL_MILLIS = 20;

    private final String name;
    private final DatagramSocket socket;
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean paused;
    private final Set<String> heard = new ConcurrentSkipListSet<>();
    /** By number. Guarded by itself. */
    private final BitSet answered = new BitSet();

    private DatagramStream(String name, DatagramSocket socket) {
        this.name = name;
        this.socket = socket;
    }

    /** Sends from now on, until it is closed. */
    static DatagramStream start(Machine from, String address, int port) throws Exception {
        DatagramSocket socket = from.run(() -> {
            DatagramSocket opened = new DatagramSocket();
            opened.connect(new InetSocketAddress(address, port));
            return opened;
        });
        DatagramStream stream = new DatagramStream(from.name() + " -> " + address, socket);
        stream.sender.scheduleAtFixedRate(stream::send, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        Thread receiver = new Thread(stream::receive, "datagram-stream");
        receiver.setDaemon(true);
        receiver.start();
        return stream;
    }

    /** Says nothing for now, or goes on. */
    void pause(boolean wanted) {
        paused = wanted;
    }

    private void send() {
        if (paused) {
            return;
        }
        byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(sent.get()).array();
        try {
            socket.send(new DatagramPacket(number, number.length));
        } catch (IOException e) {
            refused(); // What ICMP said of an earlier one.
        }
        sent.incrementAndGet();
    }

    private void receive() {
        DatagramPacket answer = new DatagramPacket(new byte[1_000], 1_000);
        while (!socket.isClosed()) {
            try {
                socket.receive(answer);
                String line = new String(answer.getData(), 0, answer.getLength(), StandardCharsets.ISO_8859_1);
                int end = line.indexOf('\n');
                heard.add(line.substring(0, end));
                synchronized (answered) {
                    answered.set(ByteBuffer.wrap(answer.getData()).getInt(end + 1));
                }
            } catch (IOException e) {
                refused();
            }
        }
    }

    private void refused() {
        if (!socket.isClosed()) {
            refusals.incrementAndGet();
        }
    }

    int sent() {
        return sent.get();
    }

    int refusals() {
        return refusals.get();
    }

    /** Everybody who answered, with the source that was seen there. */
    Set<String> heard() {
        return Set.copyOf(heard);
    }

    /** Returns once something sent after this call was answered. */
    void awaitAnswer() throws Exception {
        int from = sent.get() + 1;
        Await.until(name + " is answered", () -> lastAnswered() >= from);
    }

    private int lastAnswered() {
        synchronized (answered) {
            return answered.length() - 1;
        }
    }

    /** How many were not answered, of those up to the last that was. */
    int lost() {
        synchronized (answered) {
            return answered.length() - answered.cardinality();
        }
    }

    /** How many in a row were not answered, at most. */
    int gap() {
        synchronized (answered) {
            int longest = 0;
            for (int from = answered.nextClearBit(0); from < answered.length(); ) {
                int to = answered.nextSetBit(from);
                longest = Math.max(longest, to - from);
                from = answered.nextClearBit(to);
            }
            return longest;
        }
    }

    @Override
    public String toString() {
        return name + ": sent " + sent + ", lost " + lost() + ", gap " + gap() + ", refused " + refusals + ", heard "
                + heard;
    }

    @Override
    public void close() {
        sender.shutdownNow();
        socket.close();
    }
}
