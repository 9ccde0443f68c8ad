package io.ballast.netty.linux.bpf;

/** What a conditional jump compares, on all 64 bits and unsigned unless the name says otherwise. */
enum BpfCondition {
    EQUAL(0x10),
    GREATER(0x20),
    GREATER_OR_EQUAL(0x30),
    ANY_BIT_SET(0x40),
    NOT_EQUAL(0x50),
    SIGNED_GREATER(0x60),
    SIGNED_GREATER_OR_EQUAL(0x70),
    LESS(0xa0),
    LESS_OR_EQUAL(0xb0),
    SIGNED_LESS(0xc0),
    SIGNED_LESS_OR_EQUAL(0xd0);

    private final int code;

    BpfCondition(int code) {
        this.code = code;
    }

    /** The bits this comparison sets in an opcode. */
    int code() {
        return code;
    }
}
