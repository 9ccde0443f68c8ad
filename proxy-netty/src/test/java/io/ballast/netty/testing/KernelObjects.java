package io.ballast.netty.testing;

import io.ballast.netty.linux.Architecture;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.NetworkNamespaces;
import io.ballast.netty.linux.SystemCalls;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import jnr.ffi.Pointer;

/**
 * The eBPF links attached to one network namespace with their programs and maps, found by walking through all that the
 * kernel has: {@code link 7}, {@code program 12}, {@code map 31}. Object numbers are the whole kernel's. Stateless.
 */
public final class KernelObjects {
    private static final int LINK_TYPE_NETNS = 5;
    private static final int OBJ_GET_INFO_BY_FD = 15;
    private static final int ATTRIBUTE_BYTES = 128;
    private static final int MOST_MAPS = 64;
    private static final long BPF = Architecture.systemCall(321, 280);

    private enum Kind {
        PROGRAM(11, 13),
        MAP(12, 14),
        LINK(31, 30);

        private final int nextId;
        private final int open;

        Kind(int nextId, int open) {
            this.nextId = nextId;
            this.open = open;
        }
    }

    private KernelObjects() {}

    /** Those of the calling thread's network namespace. */
    public static Set<String> here() {
        long namespace = NetworkNamespaces.inode();
        Set<String> found = new TreeSet<>();
        for (int link : ids(Kind.LINK)) {
            try (NativeMemory info = info(Kind.LINK, link, 0, 24)) {
                if (info != null
                        && info.pointer().getInt(0) == LINK_TYPE_NETNS
                        && Integer.toUnsignedLong(info.pointer().getInt(16)) == namespace) {
                    found.add("link " + link);
                    addProgram(found, info.pointer().getInt(8));
                }
            }
        }
        return found;
    }

    private static void addProgram(Set<String> found, int program) {
        found.add("program " + program);
        try (NativeMemory maps = NativeMemory.allocate(MOST_MAPS * Integer.BYTES);
                NativeMemory info = info(Kind.PROGRAM, program, maps.address(), 64)) {
            for (int i = 0; info != null && i < info.pointer().getInt(52); i++) {
                found.add("map " + maps.pointer().getInt((long) i * Integer.BYTES));
            }
        }
    }

    /** Which of them the kernel still has. */
    public static Set<String> alive(Set<String> objects) {
        Set<String> alive = new TreeSet<>();
        for (Kind kind : Kind.values()) {
            ids(kind).forEach(id -> alive.add(kind.name().toLowerCase(Locale.ROOT) + " " + id));
        }
        alive.retainAll(objects);
        return alive;
    }

    private static Set<Integer> ids(Kind kind) {
        Set<Integer> ids = new TreeSet<>();
        try (NativeMemory attributes = NativeMemory.allocate(ATTRIBUTE_BYTES)) {
            while (call(kind.nextId, attributes) >= 0) {
                int id = attributes.pointer().getInt(4);
                ids.add(id);
                attributes.pointer().putInt(0, id);
            }
            if (SystemCalls.errno() != Errno.ENOENT.number()) {
                throw new AssertionError("walking through eBPF objects: " + Errno.of(SystemCalls.errno()));
            }
        }
        return ids;
    }

    /** What {@code BPF_OBJ_GET_INFO_BY_FD} says, null when the object has gone meanwhile. */
    private static NativeMemory info(Kind kind, int id, long maps, int bytes) {
        try (NativeMemory attributes = NativeMemory.allocate(ATTRIBUTE_BYTES)) {
            attributes.pointer().putInt(0, id);
            int fd = (int) call(kind.open, attributes);
            if (fd < 0) {
                return null;
            }
            try (Descriptor object = Descriptor.owning(fd, kind + " " + id)) {
                NativeMemory info = NativeMemory.allocate(bytes);
                if (maps != 0) {
                    info.pointer().putInt(52, MOST_MAPS);
                    info.pointer().putLong(56, maps);
                }
                attributes.zero();
                Pointer query = attributes.pointer();
                query.putInt(0, object.number());
                query.putInt(4, bytes);
                query.putLong(8, info.address());
                SystemCalls.check(call(OBJ_GET_INFO_BY_FD, attributes), () -> "describe " + object);
                return info;
            }
        }
    }

    private static long call(int command, NativeMemory attributes) {
        return SystemCalls.libc().syscall(BPF, command, attributes.address(), ATTRIBUTE_BYTES, 0, 0, 0);
    }
}
