package io.ballast.netty.linux.bpf;

/**
 * The registers of the eBPF machine. A helper call takes its arguments in {@code R1}-{@code R5} and spoils them, answers
 * in {@code R0}, and leaves {@code R6}-{@code R9} alone. {@code R10} is the read-only frame pointer: a program's 512 bytes
 * of stack lie below it.
 */
enum BpfRegister {
    R0(0),
    R1(1),
    R2(2),
    R3(3),
    R4(4),
    R5(5),
    R6(6),
    R7(7),
    R8(8),
    R9(9),
    R10(10);

    private final int number;

    BpfRegister(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
