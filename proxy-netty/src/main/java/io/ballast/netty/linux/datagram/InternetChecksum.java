package io.ballast.netty.linux.datagram;

import java.nio.ByteBuffer;

/** The one's complement sum of RFC 1071. Buffers are in network order. Stateless. */
final class InternetChecksum {
    private InternetChecksum() {}

    /** The sum of so many bytes, to be added to others; only the last part of a message may be of odd length. */
    static long sum(ByteBuffer bytes, int offset, int length) {
        long sum = 0;
        int at = offset;
        int end = offset + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long word = bytes.getLong(at);
            sum += (word >>> Integer.SIZE) + (word & 0xffff_ffffL);
        }
        for (; at + Short.BYTES <= end; at += Short.BYTES) {
            sum += Short.toUnsignedInt(bytes.getShort(at));
        }
        return at < end ? sum + (Byte.toUnsignedInt(bytes.get(at)) << Byte.SIZE) : sum;
    }

    /** The checksum of what was summed up. */
    static short of(long sum) {
        long folded = sum;
        while (folded >>> Short.SIZE != 0) {
            folded = (folded & 0xffff) + (folded >>> Short.SIZE);
        }
        return (short) ~folded;
    }
}
