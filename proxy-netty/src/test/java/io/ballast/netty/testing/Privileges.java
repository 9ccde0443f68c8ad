package io.ballast.netty.testing;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.util.Set;
import java.util.concurrent.Callable;

/** Runs code with fewer capabilities than the test has. Thread-safe. */
public final class Privileges {
    private static final int CAPABILITY_VERSION_3 = 0x20080522;

    private Privileges() {}

    /**
     * Calls the body on a new thread, in the caller's network namespace, whose only capabilities are these, and returns
     * what it returns or throws what it throws. The user stays root: what checks the user still lets it pass.
     */
    public static <T> T with(Set<Capability> capabilities, Callable<T> body) throws Exception {
        return Threads.call("unprivileged", () -> {
            keep(capabilities);
            return body.call();
        });
    }

    /** capset(2) changes the calling thread alone. Two triples of 32 bits: effective, permitted, inheritable. */
    private static void keep(Set<Capability> capabilities) {
        long mask = capabilities.stream()
                .mapToLong(capability -> 1L << capability.number())
                .reduce(0, (a, b) -> a | b);
        try (NativeMemory header = NativeMemory.allocate(8);
                NativeMemory data = NativeMemory.allocate(24)) {
            header.pointer().putInt(0, CAPABILITY_VERSION_3);
            for (int half = 0; half < 2; half++) {
                data.pointer().putInt(12L * half, (int) (mask >>> (32 * half)));
                data.pointer().putInt(12L * half + 4, (int) (mask >>> (32 * half)));
            }
            SystemCalls.check(SystemCalls.libc().capset(header.pointer(), data.pointer()), () -> "capset");
        }
    }
}
