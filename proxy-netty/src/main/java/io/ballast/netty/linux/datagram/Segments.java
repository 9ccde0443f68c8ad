package io.ballast.netty.linux.datagram;

import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Which messages of a {@link SendBatch} are to leave as several datagrams, and the way out where the kernel cannot cut
 * them itself. Confined to one thread.
 *
 * <p>By {@code udp_send_skb} of Linux a segment that the device's MTU does not hold is EINVAL or EMSGSIZE, and a device
 * without checksum offload EIO.
 */
final class Segments {
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int CONTROL_BYTES = 24;
    private static final int CONTROL_HEADER_BYTES = 16;
    private static final int MSG_DONTWAIT = 0x40;
    private static final Set<Integer> UNCUT =
            Set.of(Errno.EINVAL.number(), Errno.EIO.number(), Errno.EMSGSIZE.number());

    private final MessageHeaders headers;
    private final int[] segment;
    private final int[] length;
    private final long[] address;

    Segments(MessageHeaders headers, int capacity) {
        this.headers = headers;
        segment = new int[capacity];
        length = new int[capacity];
        address = new long[capacity];
    }

    /** Has the kernel cut a message that has no other control data. */
    void mark(int slot, long payload, int payloadLength, int segmentBytes) {
        segment[slot] = segmentBytes;
        length[slot] = payloadLength;
        address[slot] = payload;
        headers.control(slot, CONTROL_BYTES);
        ByteBuffer controls = headers.controls();
        int at = slot * MessageHeaders.CONTROL_BYTES;
        controls.putLong(at, CONTROL_HEADER_BYTES + Short.BYTES);
        controls.putInt(at + Long.BYTES, IPPROTO_UDP);
        controls.putInt(at + Long.BYTES + Integer.BYTES, UDP_SEGMENT);
        controls.putShort(at + CONTROL_HEADER_BYTES, (short) segmentBytes);
    }

    void unmark(int slot) {
        segment[slot] = 0;
    }

    /** Whether the kernel could not cut a message, so that nothing of it was sent. */
    static boolean isUncut(int errno) {
        return UNCUT.contains(errno);
    }

    boolean isMarked(int slot) {
        return segment[slot] > 0;
    }

    /** Sends one datagram after the other; returns 0 or the errno of the first that failed. */
    int sendApart(int socket, int slot) {
        headers.control(slot, 0);
        int end = length[slot];
        for (int at = 0; at < end; at += segment[slot]) {
            headers.payload(slot, address[slot] + at, Math.min(segment[slot], end - at));
            if (SystemCalls.libc().sendmmsg(socket, headers.address(slot), 1, MSG_DONTWAIT) < 0) {
                return SystemCalls.errno();
            }
        }
        return 0;
    }
}
