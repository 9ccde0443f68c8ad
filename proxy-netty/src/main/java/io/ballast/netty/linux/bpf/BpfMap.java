package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A map shared with the kernel, typed by its codecs. Owns its descriptor. Thread-safe as the kernel is: each element
 * changes atomically, several together do not.
 */
final class BpfMap<K, V> implements AutoCloseable {

    private final Descriptor descriptor;
    private final Shape<K, V> shape;

    private BpfMap(Descriptor descriptor, Shape<K, V> shape) {
        this.descriptor = descriptor;
        this.shape = shape;
    }

    /**
     * What a map is like: enough to create it, and to tell whether one that was found fits. Immutable.
     *
     * @param name at most 15 characters, seen by bpftool
     */
    record Shape<K, V>(BpfMapType type, String name, int maxEntries, BpfCodec<K> keys, BpfCodec<V> values) {
        BpfMapInfo info() {
            return new BpfMapInfo(type.number(), keys.size(), values.size(), maxEntries);
        }
    }

    static <K, V> BpfMap<K, V> create(Shape<K, V> shape) {
        try (BpfCall call = new BpfCall(BpfCommand.MAP_CREATE)) {
            call.u32(0, shape.type.number()).u32(4, shape.keys.size()).u32(8, shape.values.size());
            call.u32(12, shape.maxEntries).u32(16, shape.type.flags()).name(28, shape.name);
            int fd = call.run(() -> "create eBPF map " + shape.name);
            return new BpfMap<>(Descriptor.owning(fd, "eBPF map " + shape.name), shape);
        }
    }

    /** Takes over a map that was pinned or handed over; one of another shape is closed. */
    static <K, V> Optional<BpfMap<K, V>> adopt(Descriptor descriptor, Shape<K, V> shape) {
        if (BpfMapInfo.of(descriptor.number()).equals(shape.info())) {
            return Optional.of(new BpfMap<>(descriptor, shape));
        }
        descriptor.close();
        return Optional.empty();
    }

    int fd() {
        return descriptor.number();
    }

    /** The name it was created with, and is pinned by. */
    String name() {
        return shape.name;
    }

    /** Adds or replaces an element. */
    void put(K key, V value) {
        try (BpfCall call = element(BpfCommand.MAP_UPDATE_ELEM, shape.keys.encode(key))) {
            call.bytes(16, shape.values.encode(value)).run(() -> "put " + key + " into eBPF map " + shape.name);
        }
    }

    /** Whether the element was there. */
    boolean remove(K key) {
        try (BpfCall call = element(BpfCommand.MAP_DELETE_ELEM, shape.keys.encode(key))) {
            return found(call, "remove " + key + " from");
        }
    }

    Optional<V> get(K key) {
        return get(shape.keys.encode(key));
    }

    /** Adds or replaces many elements, in one system call where the kernel can. */
    void putAll(Map<K, V> elements) {
        if (!elements.isEmpty() && !BpfMapBatch.update(this, elements)) {
            elements.forEach(this::put);
        }
    }

    /** Removes many elements, in one system call where the kernel can; those that are not there do not matter. */
    void removeAll(Collection<K> removed) {
        if (!removed.isEmpty() && !BpfMapBatch.delete(this, removed)) {
            removed.forEach(this::remove);
        }
    }

    /** A copy of what is in the map; an element that another thread adds or removes meanwhile may be in it or not. */
    Map<K, V> elements() {
        Map<K, V> elements = new LinkedHashMap<>();
        if (BpfMapBatch.read(this, elements)) {
            return elements;
        }
        for (byte[] key = next(null); key != null; key = next(key)) {
            K decoded = shape.keys.decode(key);
            get(key).ifPresent(value -> elements.put(decoded, value));
        }
        return elements;
    }

    BpfCodec<K> keys() {
        return shape.keys;
    }

    BpfCodec<V> values() {
        return shape.values;
    }

    private Optional<V> get(byte[] key) {
        try (BpfCall call = element(BpfCommand.MAP_LOOKUP_ELEM, key)) {
            NativeMemory value = call.out(16, shape.values.size());
            return found(call, "look into")
                    ? Optional.of(shape.values.decode(value.bytes(0, shape.values.size())))
                    : Optional.empty();
        }
    }

    private byte @Nullable [] next(byte @Nullable [] key) {
        try (BpfCall call = new BpfCall(BpfCommand.MAP_GET_NEXT_KEY).u32(0, fd())) {
            if (key != null) {
                call.bytes(8, key);
            }
            NativeMemory next = call.out(16, shape.keys.size());
            return found(call, "walk through") ? next.bytes(0, shape.keys.size()) : null;
        }
    }

    private BpfCall element(BpfCommand command, byte[] key) {
        return new BpfCall(command).u32(0, fd()).bytes(8, key);
    }

    private boolean found(BpfCall call, String operation) {
        if (call.attempt() >= 0) {
            return true;
        }
        int number = SystemCalls.errno();
        Errno errno = Errno.of(number);
        // A socket map says EINVAL when there is nothing to remove.
        if (errno == Errno.ENOENT || (shape.type == BpfMapType.SOCKMAP && errno == Errno.EINVAL)) {
            return false;
        }
        throw BpfPrivileges.explain(operation + " eBPF map " + shape.name, number);
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return descriptor.toString();
    }
}
