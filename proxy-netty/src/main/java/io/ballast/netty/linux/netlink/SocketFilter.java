package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * What a netlink socket receives, judged by the kernel before it queues (classic BPF, linux/filter.h). Immutable.
 *
 * @param deafTo ports of sockets whose changes are not to be told
 */
record SocketFilter(Set<Integer> deafTo) {
    static final SocketFilter ALL = new SocketFilter(Set.of());

    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    /** Loads a word in network order: the port of {@code struct nlmsghdr}. */
    private static final int LOAD_WORD = 0x20;

    private static final int PORT_OFFSET = 12;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    /** {@code struct sock_filter}: code, two jumps, operand. */
    private static final int INSTRUCTION_LENGTH = 8;
    /** {@code struct sock_fprog}: length, padding, pointer. */
    private static final int PROGRAM_LENGTH = 16;

    /** How far a jump reaches. */
    private static final int MOST_PORTS = 250;

    SocketFilter {
        deafTo = Set.copyOf(deafTo);
        if (deafTo.size() > MOST_PORTS) {
            throw new IllegalArgumentException(deafTo.size() + " ports to be deaf to");
        }
    }

    void attach(int fd) {
        if (deafTo.isEmpty()) {
            return;
        }
        int count = deafTo.size() + 3;
        try (NativeMemory code = NativeMemory.copyOf(instructions(count))) {
            byte[] program = ByteBuffer.allocate(PROGRAM_LENGTH)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) count)
                    .putLong(8, code.address())
                    .array();
            SystemCalls.check(
                    SystemCalls.libc().setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, program.length),
                    () -> "attach filter to netlink socket");
        }
    }

    private byte[] instructions(int count) {
        ByteBuffer code = ByteBuffer.allocate(count * INSTRUCTION_LENGTH).order(ByteOrder.nativeOrder());
        instruction(code, LOAD_WORD, 0, PORT_OFFSET);
        int toDrop = deafTo.size();
        for (int port : deafTo) {
            int loaded = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? port : Integer.reverseBytes(port);
            instruction(code, JUMP_IF_EQUAL, toDrop--, loaded);
        }
        instruction(code, RETURN, 0, -1);
        instruction(code, RETURN, 0, 0);
        return code.array();
    }

    private static void instruction(ByteBuffer code, int operation, int jumpIfTrue, int operand) {
        code.putShort((short) operation).put((byte) jumpIfTrue).put((byte) 0).putInt(operand);
    }
}
