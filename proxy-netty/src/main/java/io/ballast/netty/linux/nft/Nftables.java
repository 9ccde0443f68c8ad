package io.ballast.netty.linux.nft;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A context of libnftables, in the network namespace of the thread that opens it. Confined to one thread at a time, all
 * of that namespace, since names of interfaces are looked up by the calling thread. Calls of all contexts take turns:
 * the library has global state.
 */
public final class Nftables implements AutoCloseable {
    private static final int NUMERIC = 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_NETFILTER = 12;

    private static final ReentrantLock TURN = new ReentrantLock();

    private final LibNftables library;
    private @Nullable Pointer context;

    private Nftables(LibNftables library, Pointer context) {
        this.library = library;
        this.context = context;
    }

    /** Why nftables cannot be used here (library, kernel or privileges), or empty where it can. */
    public static Optional<String> unavailability() {
        Optional<String> reason = SystemCalls.unavailability()
                .or(NftLibrary.installed()::reason)
                .or(Nftables::withoutPrivilege)
                .or(Nftables::withoutKernel);
        if (reason.isPresent()) {
            return reason;
        }
        try (Nftables nftables = open()) {
            nftables.run("list tables");
            return Optional.empty();
        } catch (NftException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Asked before the library finds out, which would say so on standard error too. */
    private static Optional<String> withoutPrivilege() {
        return Capability.effective().contains(Capability.NET_ADMIN)
                ? Optional.empty()
                : Optional.of("nftables needs " + Capability.NET_ADMIN);
    }

    /** Where the kernel knows no netfilter sockets the library would end the whole process. */
    private static Optional<String> withoutKernel() {
        LibC libc = SystemCalls.libc();
        int fd = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER);
        if (fd < 0) {
            SystemCallException failure = new SystemCallException("open netfilter socket", SystemCalls.errno());
            return Optional.of(String.valueOf(failure.getMessage()));
        }
        Descriptor.owning(fd, "netfilter socket").close();
        return Optional.empty();
    }

    /** @throws IllegalStateException where there is no library or no support in the kernel */
    public static Nftables open() {
        NftLibrary.installed().reason().or(Nftables::withoutKernel).ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        LibNftables library = NftLibrary.installed().binding().orElseThrow();
        TURN.lock();
        try {
            Pointer context = library.nft_ctx_new(0);
            if (context == null) {
                throw new IllegalStateException("libnftables makes no context");
            }
            library.nft_ctx_buffer_output(context);
            library.nft_ctx_buffer_error(context);
            return new Nftables(library, context);
        } finally {
            TURN.unlock();
        }
    }

    /**
     * Runs statements of the nft language, as one transaction.
     *
     * @return what they print, with numbers instead of names
     * @throws NftException where one fails; none has taken effect then
     */
    public String run(String statements) {
        Pointer current = context;
        if (current == null) {
            throw new IllegalStateException("nftables context is closed");
        }
        TURN.lock();
        try (ScriptFile script = ScriptFile.of(statements)) {
            library.nft_ctx_output_set_flags(current, NUMERIC);
            int status = library.nft_run_cmd_from_filename(current, script.path());
            // Reading a buffer empties it.
            String output = library.nft_ctx_get_output_buffer(current);
            String errors = library.nft_ctx_get_error_buffer(current);
            if (status != 0) {
                throw NftException.of(errors == null ? "" : errors, statements);
            }
            return output == null ? "" : output;
        } finally {
            TURN.unlock();
        }
    }

    public boolean exists(NftTable table) {
        return run("list tables").lines().anyMatch(line -> line.equals("table " + table));
    }

    @Override
    public void close() {
        Pointer current = context;
        if (current != null) {
            context = null;
            TURN.lock();
            try {
                library.nft_ctx_free(current);
            } finally {
                TURN.unlock();
            }
        }
    }
}
