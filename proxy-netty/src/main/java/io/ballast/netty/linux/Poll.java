package io.ballast.netty.linux;

/** {@code poll(2)} for something to receive or accept. Stateless. */
final class Poll {
    /** Beside data or without: the other side is gone ({@code POLLHUP}). */
    static final int HANG_UP = 16;

    static final int FOR_EVER = -1;

    private static final short POLLIN = 1;

    // struct pollfd: int fd, short events, short revents
    private static final int POLL_FD_BYTES = 8;
    private static final int EVENTS = 4;
    private static final int RETURNED_EVENTS = 6;

    private Poll() {}

    /** The events that there are at each descriptor, all 0 when none came in time. */
    static int[] readable(int[] descriptors, int timeoutMillis) {
        int count = descriptors.length;
        try (NativeMemory questions = NativeMemory.allocate((long) count * POLL_FD_BYTES)) {
            for (int i = 0; i < count; i++) {
                long at = (long) i * POLL_FD_BYTES;
                questions.pointer().putInt(at, descriptors[i]);
                questions.pointer().putShort(at + EVENTS, POLLIN);
            }
            SystemCalls.check(
                    SystemCalls.uninterrupted(() -> SystemCalls.libc().poll(questions.pointer(), count, timeoutMillis)),
                    () -> "wait at a socket");
            int[] events = new int[count];
            for (int i = 0; i < count; i++) {
                events[i] = questions.pointer().getShort((long) i * POLL_FD_BYTES + RETURNED_EVENTS);
            }
            return events;
        }
    }
}
