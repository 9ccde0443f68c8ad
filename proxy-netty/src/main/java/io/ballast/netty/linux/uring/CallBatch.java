package io.ballast.netty.linux.uring;

import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.StreamSockets;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * System calls on non-blocking stream sockets that are made together, in the order in which they were added, at the
 * price of entering the kernel once. Each has the result that it would have alone: none waits, and none is left undone
 * when {@link #perform} returns. Confined to one thread.
 */
public final class CallBatch implements AutoCloseable {
    /** The label {@code feature} of {@code ballast_capability}. */
    public static final String FEATURE = "batched-calls";

    private static final int OP_CLOSE = 19;
    private static final int OP_SEND = 26;
    private static final int OP_RECV = 27;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_MORE = 0x8000;

    private static final int INTERRUPTED = -Errno.EINTR.number();

    private static final int SOCKET = 4;
    private static final int ADDRESS = 16;
    private static final int LENGTH = 24;
    private static final int FLAGS = 28;
    private static final int USER_DATA = 32;
    private static final int RESULT = 8;

    private final Ring ring;
    private final StreamSockets calls = new StreamSockets();
    private final int[] results;
    private int count;

    private CallBatch(Ring ring, int size) {
        this.ring = ring;
        this.results = new int[size];
    }

    /**
     * An empty one.
     *
     * @param size the most calls at a time, a power of two
     * @throws SystemCallException where {@link #unavailability()} has a reason, or descriptors or memory are short
     */
    public static CallBatch open(int size) {
        return new CallBatch(Ring.open(size), size);
    }

    /** Why this process can have none, or empty. */
    public static Optional<String> unavailability() {
        Optional<String> noCalls = SystemCalls.unavailability();
        if (noCalls.isPresent()) {
            return noCalls;
        }
        try (Ring tried = Ring.open(1)) {
            return Optional.empty();
        } catch (SystemCallException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** As {@link StreamSockets#receive}. Returns the number that {@link #result} wants. */
    public int receive(int socket, long buffer, int length) {
        return add(OP_RECV, socket, buffer, length, false);
    }

    /** As {@link StreamSockets#send}. Returns the number that {@link #result} wants. */
    public int send(int socket, long buffer, int length, boolean more) {
        return add(OP_SEND, socket, buffer, length, more);
    }

    /** As close(2). Returns the number that {@link #result} wants. */
    public int close(int socket) {
        return add(OP_CLOSE, socket, 0, 0, false);
    }

    private int add(int operation, int socket, long buffer, int length, boolean more) {
        Pointer entries = ring.entries();
        long entry = ring.nextEntry(0);
        entries.putInt(entry, operation);
        entries.putInt(entry + SOCKET, socket);
        entries.putLong(entry + ADDRESS, buffer);
        entries.putInt(entry + LENGTH, length);
        entries.putInt(entry + FLAGS, flags(operation, more));
        entries.putLong(entry + USER_DATA, count);
        ring.addEntry();
        return count++;
    }

    private static int flags(int operation, boolean more) {
        return switch (operation) {
            case OP_RECV -> MSG_DONTWAIT;
            case OP_SEND -> MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
            default -> 0;
        };
    }

    /** The most calls at a time. */
    public int capacity() {
        return results.length;
    }

    /** Makes the calls; then it is empty again, and the results are good until it is performed again. */
    public void perform() {
        int taken = 0;
        int result = 1;
        while (taken < count && (result > 0 || result == INTERRUPTED)) {
            result = ring.submit(count - taken);
            taken += Math.max(result, 0);
        }
        // What does not wait has ended already, as a rule.
        int ended = reap();
        while (ended < taken) {
            ring.await(taken - ended);
            ended += reap();
        }
        performAlone(taken);
        count = 0;
    }

    private int reap() {
        int events = ring.waitingEvents();
        for (int i = 0; i < events; i++) {
            long event = ring.takeEvent();
            results[(int) ring.events().getLong(event)] = ring.events().getInt(event + RESULT);
        }
        return events;
    }

    /** The kernel refuses more of them together: it is short of memory, say. */
    private void performAlone(int first) {
        if (first < count) {
            ring.dropEntries(count - first);
        }
        for (int i = first; i < count; i++) {
            results[i] = performAloneAt(ring.nextEntry(i - first));
        }
    }

    private int performAloneAt(long entry) {
        Pointer entries = ring.entries();
        int socket = entries.getInt(entry + SOCKET);
        long buffer = entries.getLong(entry + ADDRESS);
        int length = entries.getInt(entry + LENGTH);
        return switch (entries.getInt(entry)) {
            case OP_RECV -> calls.receive(socket, buffer, length);
            case OP_SEND -> calls.send(socket, buffer, length, (entries.getInt(entry + FLAGS) & MSG_MORE) != 0);
            default -> calls.close(socket);
        };
    }

    /** What the call returned, or an error number, negated. */
    public int result(int call) {
        return results[call];
    }

    @Override
    public void close() {
        ring.close();
    }
}
