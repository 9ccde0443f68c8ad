package io.ballast.netty.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with descriptors, as it goes over a {@link UnixSocket}. The descriptors of a message that was received are owned
 * by it until they are taken out; closing it closes the rest.
 */
public record UnixMessage(String text, List<Descriptor> descriptors) implements AutoCloseable {
    /** The kernel takes no more descriptors at once (SCM_MAX_FD). */
    public static final int MOST_DESCRIPTORS = 253;

    static final int MOST_BYTES = 1 << 16;

    /** Offsets in {@code struct msghdr} and {@code struct cmsghdr} with 64-bit pointers. */
    private static final int VECTOR = 16;

    private static final int VECTOR_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int HEADER_BYTES = 56;
    private static final int CONTROL_HEADER = 16;
    private static final int CONTROL_BYTES = CONTROL_HEADER + MOST_DESCRIPTORS * Integer.BYTES + 4;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    public UnixMessage {
        descriptors = List.copyOf(descriptors);
    }

    static void send(int socket, String text, List<Integer> numbers) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MOST_BYTES || numbers.size() > MOST_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    "too much for one message: " + bytes.length + " bytes, " + numbers.size() + " descriptors");
        }
        try (NativeMemory data = NativeMemory.copyOf(bytes);
                NativeMemory control = NativeMemory.allocate(CONTROL_BYTES);
                Vector vector = Vector.of(data, bytes.length)) {
            if (!numbers.isEmpty()) {
                int length = CONTROL_HEADER + numbers.size() * Integer.BYTES;
                control.pointer().putLong(0, length);
                control.pointer().putInt(8, SOL_SOCKET);
                control.pointer().putInt(12, SCM_RIGHTS);
                for (int i = 0; i < numbers.size(); i++) {
                    control.pointer().putInt(CONTROL_HEADER + (long) i * Integer.BYTES, numbers.get(i));
                }
                vector.control(control, length);
            }
            SystemCalls.check(
                    SystemCalls.libc().sendmsg(socket, vector.header().pointer(), MSG_NOSIGNAL),
                    () -> "send " + text.lines().findFirst().orElse(""));
        }
    }

    /** Waits for a message; an empty text means that the other side is gone. */
    static UnixMessage receive(int socket) {
        try (NativeMemory data = NativeMemory.allocate(MOST_BYTES);
                NativeMemory control = NativeMemory.allocate(CONTROL_BYTES);
                Vector vector = Vector.of(data, MOST_BYTES)) {
            vector.control(control, CONTROL_BYTES);
            long length = SystemCalls.libc().recvmsg(socket, vector.header().pointer(), MSG_CMSG_CLOEXEC);
            if (length < 0 && SystemCalls.errno() == Errno.ECONNRESET.number()) {
                length = 0;
            }
            SystemCalls.check(length, () -> "receive from a Unix socket");
            UnixMessage message = new UnixMessage(
                    new String(data.bytes(0, (int) length), StandardCharsets.UTF_8), received(vector, control));
            if ((vector.header().pointer().getInt(FLAGS) & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
                message.close();
                throw new SystemCallException(
                        "receive from a Unix socket",
                        Errno.EMSGSIZE.number(),
                        "the limit of open files may be too low");
            }
            return message;
        }
    }

    private static List<Descriptor> received(Vector vector, NativeMemory control) {
        List<Descriptor> received = new ArrayList<>();
        boolean any = vector.header().pointer().getLong(CONTROL_LENGTH) >= CONTROL_HEADER
                && control.pointer().getInt(12) == SCM_RIGHTS;
        long end = any ? control.pointer().getLong(0) : 0;
        for (long at = CONTROL_HEADER; at < end; at += Integer.BYTES) {
            received.add(Descriptor.owning(control.pointer().getInt(at), "descriptor from another process"));
        }
        return received;
    }

    @Override
    public void close() {
        descriptors.forEach(Descriptor::close);
    }

    /** {@code struct msghdr} with one {@code struct iovec}. Owns both. */
    private record Vector(NativeMemory header, NativeMemory vector) implements AutoCloseable {
        static Vector of(NativeMemory data, int length) {
            Vector made = new Vector(NativeMemory.allocate(HEADER_BYTES), NativeMemory.allocate(2 * Long.BYTES));
            made.vector.pointer().putLong(0, data.address());
            made.vector.pointer().putLong(Long.BYTES, length);
            made.header.pointer().putLong(VECTOR, made.vector.address());
            made.header.pointer().putLong(VECTOR_LENGTH, 1);
            return made;
        }

        void control(NativeMemory control, int length) {
            header.pointer().putLong(CONTROL, control.address());
            header.pointer().putLong(CONTROL_LENGTH, length);
        }

        @Override
        public void close() {
            header.close();
            vector.close();
        }
    }
}
