package io.ballast.netty.linux.datagram;

import java.nio.ByteBuffer;

/**
 * An array of {@code struct mmsghdr} with the memory that each points to: a socket address, control data, and two parts
 * of payload. Confined to one thread.
 */
final class MessageHeaders {
    /** {@code sizeof (struct mmsghdr)}. */
    static final int HEADER_BYTES = 64;

    static final int NAME_BYTES = 32;
    static final int CONTROL_BYTES = 128;
    private static final int VECTOR_BYTES = 16;

    private static final int NAME_LENGTH = 8;
    private static final int VECTORS = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int LENGTH = 56;

    private final DirectMemory headers;
    private final DirectMemory vectors;
    private final DirectMemory names;
    private final DirectMemory controls;

    MessageHeaders(int count) {
        headers = DirectMemory.allocate(count * HEADER_BYTES);
        vectors = DirectMemory.allocate(count * 2 * VECTOR_BYTES);
        names = DirectMemory.allocate(count * NAME_BYTES);
        controls = DirectMemory.allocate(count * CONTROL_BYTES);
    }

    long address(int slot) {
        return headers.address() + (long) slot * HEADER_BYTES;
    }

    ByteBuffer names() {
        return names.buffer();
    }

    ByteBuffer controls() {
        return controls.buffer();
    }

    /** With 0 the message has none. */
    void name(int slot, int length) {
        int header = slot * HEADER_BYTES;
        headers.buffer().putLong(header, length == 0 ? 0 : names.address() + (long) slot * NAME_BYTES);
        headers.buffer().putInt(header + NAME_LENGTH, length);
    }

    /** With 0 the message has none. */
    void control(int slot, int length) {
        int header = slot * HEADER_BYTES;
        headers.buffer().putLong(header + CONTROL, length == 0 ? 0 : controls.address() + (long) slot * CONTROL_BYTES);
        headers.buffer().putLong(header + CONTROL_LENGTH, length);
    }

    int controlLength(int slot) {
        return (int) headers.buffer().getLong(slot * HEADER_BYTES + CONTROL_LENGTH);
    }

    /** One part of payload. */
    void payload(int slot, long address, int length) {
        vector(2 * slot, address, length);
        useVectors(slot, 1);
    }

    /** Two parts of payload. */
    void payload(int slot, long first, int firstLength, long second, int secondLength) {
        vector(2 * slot, first, firstLength);
        vector(2 * slot + 1, second, secondLength);
        useVectors(slot, 2);
    }

    private void vector(int index, long address, int length) {
        vectors.buffer().putLong(index * VECTOR_BYTES, address);
        vectors.buffer().putLong(index * VECTOR_BYTES + Long.BYTES, length);
    }

    private void useVectors(int slot, int count) {
        int header = slot * HEADER_BYTES;
        headers.buffer().putLong(header + VECTORS, vectors.address() + 2L * slot * VECTOR_BYTES);
        headers.buffer().putLong(header + VECTOR_COUNT, count);
    }

    /** Bytes received. */
    int length(int slot) {
        return headers.buffer().getInt(slot * HEADER_BYTES + LENGTH);
    }
}
