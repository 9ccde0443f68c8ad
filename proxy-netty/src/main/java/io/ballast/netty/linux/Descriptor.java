package io.ballast.netty.linux;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor with one owner, who closes it. Thread-safe; who closes while another thread uses the number must
 * first make that use end, since the kernel hands the number out again.
 */
public final class Descriptor implements AutoCloseable {
    private static final int CLOSED = -1;

    private final AtomicInteger number;
    private final String what;

    private Descriptor(int number, String what) {
        this.number = new AtomicInteger(number);
        this.what = what;
    }

    /** Takes ownership of an open descriptor; {@code what} names it in messages. */
    public static Descriptor owning(int number, String what) {
        if (number < 0) {
            throw new IllegalArgumentException(what + " is not an open descriptor: " + number);
        }
        return new Descriptor(number, what);
    }

    /** The descriptor's number, still owned here. */
    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException(what + " is closed");
        }
        return current;
    }

    /** The number, whose owner is from now on the caller: closing this object does nothing any more. */
    public int release() {
        int current = number();
        number.set(CLOSED);
        return current;
    }

    public boolean isOpen() {
        return number.get() != CLOSED;
    }

    /** Closes once; further calls do nothing. An error of close(2) is not reported: the number is free either way. */
    @Override
    public void close() {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            SystemCalls.libc().close(current);
        }
    }

    @Override
    public String toString() {
        return what + " (fd " + number.get() + ")";
    }
}
