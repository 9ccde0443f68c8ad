package io.ballast.netty.linux.uring;

import io.ballast.netty.linux.Architecture;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import jnr.ffi.Pointer;

/** A part of a descriptor's content as memory, shared with the kernel, until it is closed. Confined to one thread. */
final class Mapping implements AutoCloseable {
    /** By number: jnr-ffi 2.3 passes {@code mmap} wrong arguments, six of unequal size. */
    private static final long SYSTEM_CALL_NUMBER = Architecture.systemCall(9, 222);

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED_POPULATE = 1 | 0x8000;
    private static final long FAILED = -1;

    private final Pointer memory;
    private final int bytes;
    private boolean open = true;

    private Mapping(long address, int bytes) {
        this.memory = Pointer.wrap(SystemCalls.runtime(), address, bytes);
        this.bytes = bytes;
    }

    static Mapping of(Descriptor descriptor, long offset, int bytes) {
        long address = SystemCalls.libc()
                .syscall(
                        SYSTEM_CALL_NUMBER,
                        0,
                        bytes,
                        PROT_READ_WRITE,
                        MAP_SHARED_POPULATE,
                        descriptor.number(),
                        offset);
        if (address == FAILED) {
            int number = SystemCalls.errno();
            throw new SystemCallException("map " + bytes + " bytes of " + descriptor, number);
        }
        return new Mapping(address, bytes);
    }

    /** Access is checked against the bounds; not to be used once it is closed. */
    Pointer memory() {
        return memory;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            SystemCalls.libc().munmap(memory.address(), bytes);
        }
    }
}
