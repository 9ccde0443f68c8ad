package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One system call that reads many elements, and its memory. Confined to one thread. */
final class BpfMapRead<K, V> implements AutoCloseable {
    private final BpfMap<K, V> map;
    private final BpfCall call = new BpfCall(BpfCommand.MAP_LOOKUP_BATCH);
    private final NativeMemory next;
    private final NativeMemory keys;
    private final NativeMemory values;

    /**
     * @param position where another call ended, null for the beginning
     * @param room for how many elements
     */
    BpfMapRead(BpfMap<K, V> map, byte @Nullable [] position, int room) {
        this.map = map;
        if (position != null) {
            call.bytes(0, position);
        }
        next = call.out(8, positionBytes());
        keys = call.out(16, room * map.keys().size());
        values = call.out(24, room * map.values().size());
        call.u32(BpfMapBatch.COUNT_OFFSET, room).u32(BpfMapBatch.MAP_OFFSET, map.fd());
    }

    /** The number of a bucket, or a key. */
    private int positionBytes() {
        return Math.max(Integer.BYTES, map.keys().size());
    }

    /** Returns the error: ENOENT where there are no more elements than these, 0 where there may be. */
    int run() {
        return call.attempt() >= 0 ? 0 : SystemCalls.errno();
    }

    void addTo(Map<K, V> elements) {
        int count = call.u32(BpfMapBatch.COUNT_OFFSET);
        ByteBuffer keyBytes = buffer(keys, count * map.keys().size());
        ByteBuffer valueBytes = buffer(values, count * map.values().size());
        for (int i = 0; i < count; i++) {
            elements.put(map.keys().read(keyBytes), map.values().read(valueBytes));
        }
    }

    /** For the next call. */
    byte[] next() {
        return next.bytes(0, positionBytes());
    }

    private static ByteBuffer buffer(NativeMemory memory, int size) {
        return ByteBuffer.wrap(memory.bytes(0, size)).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        call.close();
    }
}
