package io.ballast.netty.linux;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A zeroed block of memory outside the heap, with one owner who frees it by closing. Confined to one thread at a time.
 * Access through {@link #pointer()} is checked against the block's bounds.
 */
public final class NativeMemory implements AutoCloseable {
    private final long size;
    private @Nullable Pointer pointer;

    private NativeMemory(long size, Pointer pointer) {
        this.size = size;
        this.pointer = pointer;
    }

    /** Allocates {@code size} bytes, all zero. */
    public static NativeMemory allocate(long size) {
        if (size <= 0) {
            throw new IllegalArgumentException("size is not positive: " + size);
        }
        long address = SystemCalls.libc().calloc(1, size);
        if (address == 0) {
            throw new SystemCallException("allocate " + size + " bytes", Errno.ENOMEM.number());
        }
        return new NativeMemory(size, Pointer.wrap(SystemCalls.runtime(), address, size));
    }

    /** Allocates a copy of the bytes; an empty array gets one zero byte, so that it has an address. */
    public static NativeMemory copyOf(byte[] bytes) {
        NativeMemory memory = allocate(Math.max(1, bytes.length));
        memory.pointer().put(0, bytes, 0, bytes.length);
        return memory;
    }

    /** The block, until it is closed. */
    public Pointer pointer() {
        Pointer current = pointer;
        if (current == null) {
            throw new IllegalStateException("memory is freed");
        }
        return current;
    }

    /** The block's address, for structures that hold pointers. */
    public long address() {
        return pointer().address();
    }

    public long size() {
        return size;
    }

    /** Copies {@code length} bytes from {@code offset} to the heap. */
    public byte[] bytes(long offset, int length) {
        byte[] copy = new byte[length];
        pointer().get(offset, copy, 0, length);
        return copy;
    }

    public void zero() {
        pointer().setMemory(0, size, (byte) 0);
    }

    @Override
    public void close() {
        Pointer current = pointer;
        if (current != null) {
            pointer = null;
            SystemCalls.libc().free(current.address());
        }
    }
}
