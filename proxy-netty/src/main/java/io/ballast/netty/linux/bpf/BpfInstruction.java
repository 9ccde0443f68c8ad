package io.ballast.netty.linux.bpf;

import java.nio.ByteBuffer;

/**
 * One slot of eBPF machine code, {@code struct bpf_insn}. Immutable.
 *
 * @param opcode class, operation and operand kind
 * @param destination the register written to, or whose address is stored to
 * @param source the second operand, or {@code BPF_PSEUDO_MAP_FD}
 * @param offset of a memory access in bytes, of a jump in slots
 * @param immediate the constant operand
 */
record BpfInstruction(int opcode, int destination, int source, int offset, int immediate) {

    static final int BYTES = 8;

    BpfInstruction {
        if (offset < Short.MIN_VALUE || offset > Short.MAX_VALUE) {
            throw new IllegalArgumentException("Offset " + offset + " does not fit an eBPF instruction");
        }
    }

    /** Appends the slot to {@code code}, whose byte order must be the machine's, and that little endian. */
    void encode(ByteBuffer code) {
        code.put((byte) opcode);
        code.put((byte) (source << 4 | destination));
        code.putShort((short) offset);
        code.putInt(immediate);
    }
}
