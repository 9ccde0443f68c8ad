package io.ballast.netty.linux;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The system calls in the life of stream sockets, by descriptor number: each method makes the one call that it names and
 * allocates nothing. A negative result is an error number, negated. Confined to one thread.
 */
public final class StreamSockets {
    public static final int IPPROTO_TCP = 6;
    public static final int TCP_NODELAY = 1;
    public static final int TCP_QUICKACK = 12;
    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_KEEPALIVE = 9;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SO_ERROR = 4;
    private static final int SO_LINGER = 13;
    private static final int SHUT_WR = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_MORE = 0x8000;

    /** Where a value or an address is passed, and behind it the address's length. */
    private static final int LENGTH_OFFSET = 32;

    private final LibC libc = SystemCalls.libc();
    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(LENGTH_OFFSET + Integer.BYTES).order(ByteOrder.nativeOrder());
    private final long memoryAddress =
            Pointer.wrap(SystemCalls.runtime(), memory).address();

    /** A new non-blocking socket. */
    public int open(IpFamily family) {
        int domain = family == IpFamily.IPV4 ? SocketAddress.AF_INET : SocketAddress.AF_INET6;
        return result(libc.socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    }

    public int bind(int socket, AddressPort address) {
        return result(libc.bind(socket, memoryAddress, put(address)));
    }

    /** {@code -EINPROGRESS} as a rule. */
    public int connect(int socket, AddressPort address) {
        return result(libc.connect(socket, memoryAddress, put(address)));
    }

    private int put(AddressPort address) {
        SocketAddress.write(address, memory.clear());
        return memory.position();
    }

    /** The number of bytes that came, 0 where the peer has ended. */
    public int receive(int socket, long buffer, int length) {
        return result(libc.recv(socket, buffer, length, 0));
    }

    /**
     * The number of bytes that the kernel took.
     *
     * @param more whether something follows at once that the last segment should wait for
     */
    public int send(int socket, long buffer, int length, boolean more) {
        return result(libc.send(socket, buffer, length, more ? MSG_NOSIGNAL | MSG_MORE : MSG_NOSIGNAL));
    }

    public int shutdownOutput(int socket) {
        return result(libc.shutdown(socket, SHUT_WR));
    }

    public int close(int socket) {
        return result(libc.close(socket));
    }

    public int setOption(int socket, int level, int option, int value) {
        memory.putInt(0, value);
        return result(libc.setsockopt(socket, level, option, memoryAddress, Integer.BYTES));
    }

    /** Has close(2) send RST and drop what is still to be sent. */
    public int lingerZero(int socket) {
        memory.putInt(0, 1).putInt(Integer.BYTES, 0);
        return result(libc.setsockopt(socket, SOL_SOCKET, SO_LINGER, memoryAddress, 2 * Integer.BYTES));
    }

    /** Takes the error that waits at a socket: its number, 0 for none. */
    public int takeError(int socket) {
        memory.putInt(LENGTH_OFFSET, Integer.BYTES);
        int result =
                result(libc.getsockopt(socket, SOL_SOCKET, SO_ERROR, memoryAddress, memoryAddress + LENGTH_OFFSET));
        return result < 0 ? -result : memory.getInt(0);
    }

    /** The address that the socket has itself; null where it has none any more. */
    public @Nullable AddressPort localAddress(int socket) {
        memory.putInt(LENGTH_OFFSET, LENGTH_OFFSET);
        int result = libc.getsockname(socket, memoryAddress, memoryAddress + LENGTH_OFFSET);
        return result < 0 ? null : SocketAddress.read(memory, 0);
    }

    private static int result(long result) {
        return result >= 0 ? (int) result : -SystemCalls.errno();
    }
}
