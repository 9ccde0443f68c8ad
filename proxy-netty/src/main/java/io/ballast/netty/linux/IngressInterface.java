package io.ballast.netty.linux;

import io.ballast.core.model.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Through which interface the handshake of an accepted TCP connection came in. The kernel remembers it for the socket and
 * tells it among the packet options ({@code IP_PKTINFO} of ip(7), RFC 2292). Stateless.
 */
public final class IngressInterface {
    private static final int SOL_IP = 0;
    private static final int IP_PKTINFO = 8;
    private static final int IP_PKTOPTIONS = 9;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_2292PKTOPTIONS = 6;

    /** {@code struct cmsghdr}: length, level, type. */
    private static final int HEADER = Long.BYTES + 2 * Integer.BYTES;
    /** {@code struct in6_pktinfo} begins with it; {@code struct in_pktinfo} with the interface. */
    private static final int IPV6_ADDRESS = 16;

    private static final int MOST_OPTIONS = 256;

    private IngressInterface() {}

    /** The interface's index, 0 where the kernel does not tell. */
    public static int indexOf(int socket, IpFamily family) {
        boolean ipv6 = family == IpFamily.IPV6;
        int level = ipv6 ? SOL_IPV6 : SOL_IP;
        int wanted = ipv6 ? IPV6_RECVPKTINFO : IP_PKTINFO;
        int at = ipv6 ? HEADER + IPV6_ADDRESS : HEADER;
        byte[] options = new byte[MOST_OPTIONS];
        int[] length = {options.length};
        LibC libc = SystemCalls.libc();
        set(libc, socket, level, wanted, 1);
        int result = libc.getsockopt(socket, level, ipv6 ? IPV6_2292PKTOPTIONS : IP_PKTOPTIONS, options, length);
        // With it set, the kernel would keep a copy of every packet's headers from now on.
        set(libc, socket, level, wanted, 0);
        boolean told = result == 0 && length[0] >= at + Integer.BYTES;
        return told ? ByteBuffer.wrap(options).order(ByteOrder.nativeOrder()).getInt(at) : 0;
    }

    /** A refusal shows in what the kernel tells afterwards: nothing. */
    private static void set(LibC libc, int socket, int level, int option, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value);
        int unused = libc.setsockopt(socket, level, option, bytes.array(), Integer.BYTES);
    }
}
