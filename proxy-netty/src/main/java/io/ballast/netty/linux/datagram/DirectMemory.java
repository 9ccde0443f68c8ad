package io.ballast.netty.linux.datagram;

import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;

/**
 * Zeroed memory that both Java and the kernel see, in the machine's byte order. Freed with the buffer. Pages that nobody
 * wrote to occupy nothing: room for the largest datagrams costs no more than those that came.
 */
record DirectMemory(ByteBuffer buffer, long address) {
    private static final int PAGE = 4096;
    private static final int MADV_DONTNEED = 4;

    static DirectMemory allocate(int bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        long address = Pointer.wrap(SystemCalls.runtime(), buffer).address();
        giveBack(address, bytes);
        return new DirectMemory(buffer, address);
    }

    /**
     * Java zeroes all of it, which makes every page resident: the kernel takes whole pages back and zeroes them when they
     * are touched. It may refuse where pages are larger than these, or locked; then they stay.
     */
    private static void giveBack(long address, int bytes) {
        long first = (address + PAGE - 1) / PAGE * PAGE;
        long length = (address + bytes - first) / PAGE * PAGE;
        if (length > 0) {
            SystemCalls.libc().madvise(first, length, MADV_DONTNEED);
        }
    }
}
