package io.ballast.netty.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;

/**
 * How keys or values of one map look in memory: a fixed number of bytes, in buffers of the machine's byte order.
 * Implementations are stateless.
 */
interface BpfCodec<T> {

    /** A 32 bit number. */
    BpfCodec<Integer> U32 = new BpfCodec<>() {
        @Override
        public int size() {
            return Integer.BYTES;
        }

        @Override
        public void write(Integer value, ByteBuffer to) {
            to.putInt(value);
        }

        @Override
        public Integer read(ByteBuffer from) {
            return from.getInt();
        }
    };

    /** A 64 bit number. */
    BpfCodec<Long> U64 = new BpfCodec<>() {
        @Override
        public int size() {
            return Long.BYTES;
        }

        @Override
        public void write(Long value, ByteBuffer to) {
            to.putLong(value);
        }

        @Override
        public Long read(ByteBuffer from) {
            return from.getLong();
        }
    };

    int size();

    /** Appends exactly {@link #size()} bytes. */
    void write(T value, ByteBuffer to);

    /** Consumes exactly {@link #size()} bytes. */
    T read(ByteBuffer from);

    default byte[] encode(T value) {
        return encodeAll(List.of(value));
    }

    /** All values, one behind the other. */
    default byte[] encodeAll(Collection<? extends T> values) {
        ByteBuffer buffer = ByteBuffer.allocate(size() * values.size()).order(ByteOrder.nativeOrder());
        values.forEach(value -> write(value, buffer));
        return buffer.array();
    }

    default T decode(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
    }
}
