package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCalls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many elements of a map in one system call (Linux 5.6; not for every kind of map). Each method answers false, with
 * nothing done, where the kernel cannot do it.
 */
final class BpfMapBatch {

    /** The kernel's own code for an operation that this kind of map lacks, which no user was meant to see. */
    private static final int ENOTSUPP = 524;

    static final int COUNT_OFFSET = 32;
    static final int MAP_OFFSET = 36;

    /** Elements asked for at once, more where the kernel has more of them in one bucket of its hash table. */
    private static final int MOST_READ = 4096;

    private BpfMapBatch() {}

    /** Adds all elements of the map to {@code elements}. */
    static <K, V> boolean read(BpfMap<K, V> map, Map<K, V> elements) {
        byte @Nullable [] position = null;
        int room = MOST_READ;
        while (true) {
            try (BpfMapRead<K, V> read = new BpfMapRead<>(map, position, room)) {
                int failure = read.run();
                if (isUnsupported(failure) && position == null) {
                    return false;
                }
                switch (Errno.of(failure)) {
                    case ENOSPC -> room *= 2;
                    case ENOENT -> {
                        read.addTo(elements);
                        return true;
                    }
                    default -> {
                        if (failure != 0) {
                            throw BpfPrivileges.explain("read " + map, failure);
                        }
                        read.addTo(elements);
                        position = read.next();
                    }
                }
            }
        }
    }

    static <K, V> boolean update(BpfMap<K, V> map, Map<K, V> elements) {
        int count = elements.size();
        try (BpfCall call = batch(BpfCommand.MAP_UPDATE_BATCH, map, new ArrayList<>(elements.keySet()))) {
            call.bytes(24, map.values().encodeAll(elements.values()));
            if (call.attempt() >= 0) {
                return true;
            }
            int number = SystemCalls.errno();
            if (isUnsupported(number)) {
                return false;
            }
            String operation = "put " + count + " elements into " + map + " (failed at " + call.u32(COUNT_OFFSET) + ")";
            throw BpfPrivileges.explain(operation, number);
        }
    }

    static <K> boolean delete(BpfMap<K, ?> map, Collection<K> removed) {
        List<K> left = new ArrayList<>(removed);
        while (!left.isEmpty()) {
            try (BpfCall call = batch(BpfCommand.MAP_DELETE_BATCH, map, left)) {
                if (call.attempt() >= 0) {
                    return true;
                }
                int number = SystemCalls.errno();
                if (isUnsupported(number)) {
                    return false;
                }
                if (Errno.of(number) != Errno.ENOENT) {
                    throw BpfPrivileges.explain("remove " + left.size() + " elements from " + map, number);
                }
                // The kernel stops at the first key that is not there: go on behind it.
                left = left.subList(call.u32(COUNT_OFFSET) + 1, left.size());
            }
        }
        return true;
    }

    private static <K> BpfCall batch(BpfCommand command, BpfMap<K, ?> map, List<K> keys) {
        return new BpfCall(command)
                .bytes(16, map.keys().encodeAll(keys))
                .u32(COUNT_OFFSET, keys.size())
                .u32(MAP_OFFSET, map.fd());
    }

    /** EINVAL: the kernel does not know the command, or not with this kind of map. */
    private static boolean isUnsupported(int number) {
        return number == ENOTSUPP || Errno.of(number) == Errno.EINVAL;
    }
}
