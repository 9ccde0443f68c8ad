package io.ballast.netty.linux;

import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Access to the C library, and its "-1 and errno" as exceptions. Thread-safe.
 *
 * <p>jnr-ffi stores errno per thread right after each native call, before the virtual machine can disturb it; it is
 * valid until the same thread's next native call.
 */
public final class SystemCalls {
    private SystemCalls() {}

    /** Loaded at first use, so that a host where native code cannot run still starts. */
    private static final class Holder {
        static final Optional<LibC> LIBC;
        static final @Nullable String FAILURE;

        static {
            LibC libc = null;
            String failure = null;
            try {
                libc = LibraryLoader.create(LibC.class).failImmediately().load("c");
            } catch (LinkageError | RuntimeException e) {
                failure = "native calls are not possible: " + e.getMessage();
            }
            LIBC = Optional.ofNullable(libc);
            FAILURE = failure;
        }
    }

    /**
     * The C library.
     *
     * @throws IllegalStateException where {@link #unavailability()} has a reason
     */
    public static LibC libc() {
        return Holder.LIBC.orElseThrow(() -> new IllegalStateException(Holder.FAILURE));
    }

    /** Why no native call can be made at all on this host (a temporary directory mounted noexec, say), or empty. */
    public static Optional<String> unavailability() {
        return Optional.ofNullable(Holder.FAILURE);
    }

    /** The jnr-ffi runtime, for {@link jnr.ffi.Pointer}s made by hand. */
    public static Runtime runtime() {
        return Runtime.getRuntime(libc());
    }

    /** errno of the calling thread's last native call. */
    public static int errno() {
        return LastError.getLastError(runtime());
    }

    /** The result, unless it is negative: then errno as a {@link SystemCallException} that carries the operation. */
    public static int check(int result, Supplier<String> operation) {
        return (int) check((long) result, operation);
    }

    /** As {@link #check(int, Supplier)} for functions that return a {@code long} or {@code ssize_t}. */
    public static long check(long result, Supplier<String> operation) {
        if (result < 0) {
            int number = errno();
            throw new SystemCallException(operation.get(), number);
        }
        return result;
    }

    /** As {@link #check(int, Supplier)}; a refusal for want of privileges names the capability that is missing. */
    public static int check(int result, Supplier<String> operation, Capability needed) {
        return (int) check((long) result, operation, needed);
    }

    /** As {@link #check(long, Supplier)}; a refusal for want of privileges names the capability that is missing. */
    public static long check(long result, Supplier<String> operation, Capability needed) {
        if (result < 0) {
            int number = errno();
            throw SystemCallException.needing(needed, operation.get(), number);
        }
        return result;
    }

    /** Calls again for as long as a signal interrupts the call (EINTR); the result is unchecked. */
    public static int uninterrupted(IntSupplier call) {
        int result;
        do {
            result = call.getAsInt();
        } while (result < 0 && errno() == Errno.EINTR.number());
        return result;
    }
}
