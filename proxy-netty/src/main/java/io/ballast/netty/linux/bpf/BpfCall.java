package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Architecture;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One call of bpf(2): the command and its {@code union bpf_attr}, which the caller fills by offset before {@link #run}.
 * Owns the memory it passes to the kernel until it is closed. Confined to one thread.
 */
final class BpfCall implements AutoCloseable {

    /** Enough for every command here; the kernel accepts a longer union than it knows when the rest is zero. */
    private static final int ATTRIBUTE_BYTES = 128;

    private static final int NAME_BYTES = 16;
    private static final long SYSTEM_CALL_NUMBER = Architecture.systemCall(321, 280);

    private final BpfCommand command;
    private final NativeMemory attributes = NativeMemory.allocate(ATTRIBUTE_BYTES);
    private final List<NativeMemory> buffers = new ArrayList<>();

    BpfCall(BpfCommand command) {
        this.command = command;
    }

    BpfCall u32(int offset, int value) {
        attributes.pointer().putInt(offset, value);
        return this;
    }

    BpfCall u64(int offset, long value) {
        attributes.pointer().putLong(offset, value);
        return this;
    }

    /** Passes the address of a copy of the bytes. */
    BpfCall bytes(int offset, byte[] bytes) {
        return pointer(offset, own(NativeMemory.copyOf(bytes)));
    }

    /** Passes the address of a copy of the string, ended by a zero. */
    BpfCall string(int offset, String string) {
        return bytes(offset, (string + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** Passes the address of memory that the kernel writes to, and returns it; it lives as long as this call. */
    NativeMemory out(int offset, int size) {
        NativeMemory memory = own(NativeMemory.allocate(size));
        pointer(offset, memory);
        return memory;
    }

    /** Writes the name of a map or program into the union itself. */
    BpfCall name(int offset, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= NAME_BYTES) {
            throw new IllegalArgumentException("Names of eBPF objects have at most 15 characters: " + name);
        }
        attributes.pointer().put(offset, bytes, 0, bytes.length);
        return this;
    }

    /** What the kernel wrote back into the union. */
    int u32(int offset) {
        return attributes.pointer().getInt(offset);
    }

    /** The kernel's answer, or -1 with errno set. */
    long attempt() {
        return SystemCalls.libc()
                .syscall(SYSTEM_CALL_NUMBER, command.number(), attributes.address(), ATTRIBUTE_BYTES, 0, 0, 0);
    }

    /** The kernel's answer, or an exception that says which operation failed, why, and what is missing. */
    int run(Supplier<String> operation) {
        long result = attempt();
        if (result < 0) {
            int number = SystemCalls.errno();
            throw BpfPrivileges.explain(operation.get(), number);
        }
        return (int) result;
    }

    private BpfCall pointer(int offset, NativeMemory memory) {
        return u64(offset, memory.address());
    }

    private NativeMemory own(NativeMemory memory) {
        buffers.add(memory);
        return memory;
    }

    @Override
    public void close() {
        buffers.forEach(NativeMemory::close);
        attributes.close();
    }
}
