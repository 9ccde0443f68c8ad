package io.ballast.netty.linux.bpf;

/** The arithmetic a program does on 64 bit registers. */
enum BpfOperation {
    ADD(0x00),
    SUBTRACT(0x10),
    MULTIPLY(0x20),
    DIVIDE(0x30),
    OR(0x40),
    AND(0x50),
    SHIFT_LEFT(0x60),
    SHIFT_RIGHT(0x70),
    MODULO(0x90),
    XOR(0xa0),
    MOVE(0xb0);

    private final int code;

    BpfOperation(int code) {
        this.code = code;
    }

    /** The bits this operation sets in an opcode. */
    int code() {
        return code;
    }
}
