package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCallException;
import java.nio.charset.StandardCharsets;

/**
 * A socket lookup program that the kernel's verifier has accepted. Owns its descriptor; a link keeps the program alive
 * by itself. Thread-safe.
 */
final class BpfProgram implements AutoCloseable {

    private static final int TYPE_SK_LOOKUP = 30;
    private static final int ATTACH_SK_LOOKUP = 36;
    private static final int LOG_BYTES = 1 << 20;
    /** The helpers in use are open to every licence. */
    private static final String LICENCE = "Apache-2.0";

    private final Descriptor descriptor;

    private BpfProgram(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Loads machine code.
     *
     * @throws BpfVerifierException when the verifier refuses it, with the verifier's log
     * @throws SystemCallException when the kernel or the privileges do not allow such programs at all
     */
    static BpfProgram load(String name, byte[] code) {
        String operation = "load eBPF program " + name;
        try (BpfCall call = load(code, name)) {
            return new BpfProgram(Descriptor.owning(call.run(() -> operation), "eBPF program " + name));
        } catch (SystemCallException e) {
            throw e.errno() == Errno.EPERM ? e : withLog(operation, e, name, code);
        }
    }

    int fd() {
        return descriptor.number();
    }

    /** The kernel's number for the program, as bpftool shows it. */
    int id() {
        return BpfInfo.read(fd(), 8, "read the id of an eBPF program", info -> info.getInt(4));
    }

    private static BpfCall load(byte[] code, String name) {
        return new BpfCall(BpfCommand.PROG_LOAD)
                .u32(0, TYPE_SK_LOOKUP)
                .u32(4, code.length / BpfInstruction.BYTES)
                .bytes(8, code)
                .string(16, LICENCE)
                .name(48, name)
                .u32(68, ATTACH_SK_LOOKUP);
    }

    /** The log costs time and memory, so it is asked for only when the program was refused. */
    private static RuntimeException withLog(String operation, SystemCallException refusal, String name, byte[] code) {
        try (BpfCall call = load(code, name)) {
            NativeMemory log = call.u32(24, 1).u32(28, LOG_BYTES).out(32, LOG_BYTES);
            long fd = call.attempt();
            if (fd >= 0) {
                Descriptor.owning((int) fd, operation).close();
                return refusal;
            }
            String text = new String(log.bytes(0, LOG_BYTES), StandardCharsets.UTF_8);
            String written = text.substring(0, text.indexOf('\0')).strip();
            return written.isEmpty() ? refusal : new BpfVerifierException(operation, written, refusal);
        }
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
