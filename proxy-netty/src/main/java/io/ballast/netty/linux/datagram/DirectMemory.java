package io.ballast.netty.linux.datagram;

import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;

/** Zeroed memory that both Java and the kernel see, in the machine's byte order. Freed with the buffer. */
record DirectMemory(ByteBuffer buffer, long address) {
    static DirectMemory allocate(int bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        return new DirectMemory(
                buffer, Pointer.wrap(SystemCalls.runtime(), buffer).address());
    }
}
