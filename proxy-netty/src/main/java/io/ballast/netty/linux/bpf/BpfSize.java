package io.ballast.netty.linux.bpf;

/** The width of a load or store. */
enum BpfSize {
    WORD(0x00),
    HALF_WORD(0x08),
    BYTE(0x10),
    DOUBLE_WORD(0x18);

    private final int code;

    BpfSize(int code) {
        this.code = code;
    }

    /** The bits this width sets in an opcode. */
    int code() {
        return code;
    }
}
