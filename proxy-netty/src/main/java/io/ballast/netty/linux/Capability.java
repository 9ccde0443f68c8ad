package io.ballast.netty.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * A capability(7) that some feature of Ballast needs, printed as users know it ({@code CAP_NET_ADMIN}). Immutable.
 */
public enum Capability {
    SETPCAP(8),
    NET_BIND_SERVICE(10),
    NET_ADMIN(12),
    NET_RAW(13),
    SYS_MODULE(16),
    SYS_ADMIN(21),
    SYS_RESOURCE(24),
    PERFMON(38),
    BPF(39);

    private static final String EFFECTIVE = "CapEff:";
    private static final int VERSION_3 = 0x20080522;

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** The bit of this capability in the kernel's sets. */
    public int number() {
        return number;
    }

    /** What the calling thread may do now. Capabilities belong to threads; those of a new thread are its creator's. */
    public static Set<Capability> effective() {
        return ofMask(effectiveMask());
    }

    /**
     * Leaves the calling thread, and those it starts from now on, only these; for good. Other threads keep theirs.
     *
     * @throws SystemCallException when the thread does not have them all
     */
    public static void keepOnly(Set<Capability> kept) {
        long mask =
                kept.stream().mapToLong(capability -> 1L << capability.number).sum();
        try (NativeMemory header = NativeMemory.allocate(8);
                NativeMemory data = NativeMemory.allocate(24)) {
            header.pointer().putInt(0, VERSION_3);
            // Two halves of 32 bits each: effective, permitted, inheritable.
            for (int half = 0; half < 2; half++) {
                int bits = (int) (mask >>> (32 * half));
                data.pointer().putInt(12L * half, bits);
                data.pointer().putInt(12L * half + 4, bits);
            }
            SystemCalls.check(
                    SystemCalls.libc().capset(header.pointer(), data.pointer()),
                    () -> "keep only capabilities " + kept);
        }
    }

    static Set<Capability> ofMask(long mask) {
        EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
        for (Capability capability : values()) {
            if ((mask >>> capability.number & 1) != 0) {
                set.add(capability);
            }
        }
        return set;
    }

    /** Read from procfs instead of capget(2), so that it works where native calls do not. */
    private static long effectiveMask() {
        Path status = Path.of("/proc/thread-self/status");
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(EFFECTIVE)) {
                    return Long.parseUnsignedLong(
                            line.substring(EFFECTIVE.length()).strip(), 16);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("read capabilities from " + status, e);
        }
        throw new IllegalStateException(status + " has no line " + EFFECTIVE);
    }

    @Override
    public String toString() {
        return "CAP_" + name();
    }
}
