package io.ballast.netty.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Unix socket for whole messages (SOCK_SEQPACKET) with an abstract name: names belong to the network namespace, and
 * nothing is left in a file system. Carries descriptors to another process. Thread-safe; {@link #close} ends the calls of
 * other threads.
 */
public final class UnixSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int BACKLOG = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SO_SNDTIMEO = 21;
    private static final int SHUT_RDWR = 2;
    private static final int MOST_NAME_BYTES = 107;
    /** Longer than who reads may be busy; one that is stopped must not stop the sender as well. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Descriptor descriptor;
    private int users;
    private boolean closing;

    private UnixSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Who is at the other end, as the kernel says; of a socket that was connected to: who listens. */
    public record Peer(int pid, int uid) {}

    /**
     * @throws SystemCallException EADDRINUSE when another process of this network namespace listens there
     */
    public static UnixSocket listen(String name) {
        Descriptor descriptor = open();
        try {
            byte[] address = address(name);
            LibC libc = SystemCalls.libc();
            SystemCalls.check(libc.bind(descriptor.number(), address, address.length), () -> "bind @" + name);
            SystemCalls.check(libc.listen(descriptor.number(), BACKLOG), () -> "listen at @" + name);
            return new UnixSocket(descriptor);
        } catch (SystemCallException e) {
            descriptor.close();
            throw e;
        }
    }

    /** Empty when nobody listens in this network namespace. */
    public static Optional<UnixSocket> connect(String name) {
        Descriptor descriptor = open();
        byte[] address = address(name);
        int result = SystemCalls.libc().connect(descriptor.number(), address, address.length);
        int number = SystemCalls.errno();
        if (result == 0) {
            return Optional.of(new UnixSocket(descriptor).patience(PATIENCE));
        }
        descriptor.close();
        if (Errno.of(number) == Errno.ECONNREFUSED) {
            return Optional.empty();
        }
        throw new SystemCallException("connect to @" + name, number);
    }

    /** One that another process has handed over; its name stays taken until all who have it have closed it. */
    public static UnixSocket of(Descriptor descriptor) {
        return new UnixSocket(descriptor);
    }

    private static Descriptor open() {
        int fd = SystemCalls.check(
                SystemCalls.libc().socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), () -> "open a Unix socket");
        return Descriptor.owning(fd, "Unix socket");
    }

    /** How long a message may wait to be read before {@link #send} fails. */
    UnixSocket patience(Duration most) {
        // struct timeval of 64-bit kernels
        ByteBuffer time = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        time.putLong(most.toSeconds()).putLong(most.toNanosPart() / 1_000);
        SystemCalls.check(
                SystemCalls.libc()
                        .setsockopt(descriptor.number(), SOL_SOCKET, SO_SNDTIMEO, time.array(), time.capacity()),
                () -> "limit how long a message waits to be read");
        return this;
    }

    /** {@code struct sockaddr_un}: the family, a zero, the name. */
    private static byte[] address(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MOST_NAME_BYTES) {
            throw new IllegalArgumentException("too long for a Unix socket: " + name);
        }
        ByteBuffer address = ByteBuffer.allocate(Short.BYTES + 1 + bytes.length).order(ByteOrder.nativeOrder());
        return address.putShort((short) AF_UNIX).put((byte) 0).put(bytes).array();
    }

    /** Waits for who connects next; empty once this socket is closed. */
    public Optional<UnixSocket> accept() {
        if (!enter()) {
            return Optional.empty();
        }
        try {
            int fd = SystemCalls.uninterrupted(
                    () -> SystemCalls.libc().accept4(descriptor.number(), null, null, SOCK_CLOEXEC));
            if (fd < 0 && isClosing()) {
                return Optional.empty();
            }
            SystemCalls.check(fd, () -> "accept at a Unix socket");
            return Optional.of(new UnixSocket(Descriptor.owning(fd, "Unix socket")).patience(PATIENCE));
        } finally {
            leave();
        }
    }

    /** Waits until there is something to receive or accept at one of them, or it is closed; the first such one. */
    public static UnixSocket awaitAny(List<UnixSocket> sockets) {
        List<UnixSocket> entered = new ArrayList<>(sockets.size());
        try {
            for (UnixSocket socket : sockets) {
                if (!socket.enter()) {
                    return socket;
                }
                entered.add(socket);
            }
            int[] events = Poll.readable(
                    sockets.stream()
                            .mapToInt(socket -> socket.descriptor.number())
                            .toArray(),
                    Poll.FOR_EVER);
            int first = 0;
            while (events[first] == 0) {
                first++;
            }
            return sockets.get(first);
        } finally {
            entered.forEach(UnixSocket::leave);
        }
    }

    /** Hands this socket over: the other side gets a copy with the text. */
    public void sendTo(UnixSocket receiver, String text) {
        receiver.send(text, List.of(descriptor.number()));
    }

    public Peer peer() {
        byte[] credentials = new byte[3 * Integer.BYTES];
        SystemCalls.check(
                SystemCalls.libc().getsockopt(descriptor.number(), SOL_SOCKET, SO_PEERCRED, credentials, new int[] {
                    credentials.length
                }),
                () -> "ask for the peer's credentials");
        ByteBuffer fields = ByteBuffer.wrap(credentials).order(ByteOrder.nativeOrder());
        return new Peer(fields.getInt(), fields.getInt());
    }

    /**
     * @param descriptors stay the caller's; the other side gets copies
     * @throws SystemCallException EPIPE when the other side is gone, EAGAIN when it has not read for a while
     */
    public void send(String text, List<Integer> descriptors) {
        if (!enter()) {
            throw new SystemCallException("send", Errno.EPIPE.number());
        }
        try {
            UnixMessage.send(descriptor.number(), text, descriptors);
        } finally {
            leave();
        }
    }

    /**
     * Waits for the next message. Empty when the other side is gone, or this socket is closed.
     *
     * @throws SystemCallException ETIMEDOUT when none comes in time
     */
    public Optional<UnixMessage> receive(Duration timeout) {
        if (!enter()) {
            return Optional.empty();
        }
        try {
            if (poll((int) timeout.toMillis()) == 0) {
                throw new SystemCallException("wait for a message", Errno.ETIMEDOUT.number());
            }
            UnixMessage message = UnixMessage.receive(descriptor.number());
            return message.text().isEmpty() ? Optional.empty() : Optional.of(message);
        } finally {
            leave();
        }
    }

    /** Whether the other side can still hear; does not wait. */
    public boolean isConnected() {
        if (!enter()) {
            return false;
        }
        try {
            return (poll(0) & Poll.HANG_UP) == 0;
        } finally {
            leave();
        }
    }

    private int poll(int timeoutMillis) {
        return Poll.readable(new int[] {descriptor.number()}, timeoutMillis)[0];
    }

    private synchronized boolean enter() {
        if (closing) {
            return false;
        }
        users++;
        return true;
    }

    private synchronized void leave() {
        users--;
        if (closing && users == 0) {
            descriptor.close();
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    /** The number of the descriptor stays taken until the last call of another thread has returned. */
    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        if (users == 0) {
            descriptor.close();
        } else {
            SystemCalls.libc().shutdown(descriptor.number(), SHUT_RDWR);
        }
    }
}
