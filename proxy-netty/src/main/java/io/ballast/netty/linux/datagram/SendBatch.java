package io.ballast.netty.linux.datagram;

import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams for one {@code sendmmsg} call. Their payload stays where it is, and must until {@link #send}. Confined to
 * one thread.
 */
public final class SendBatch {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int CHECKSUM_OFFSET = 6;

    private final int capacity;
    private final MessageHeaders headers;
    private final Segments segments;
    private final DirectMemory udpHeaders;
    private final ByteBuffer udpHeaderWords;
    private int count;

    public SendBatch(int capacity) {
        this.capacity = capacity;
        this.headers = new MessageHeaders(capacity);
        this.segments = new Segments(headers, capacity);
        this.udpHeaders = DirectMemory.allocate(capacity * UDP_HEADER_BYTES);
        this.udpHeaderWords = udpHeaders.buffer().duplicate().order(ByteOrder.BIG_ENDIAN);
    }

    public boolean isFull() {
        return count == capacity;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** Forgets what was added. */
    public void clear() {
        count = 0;
    }

    /**
     * Adds one or more datagrams to one recipient; several leave as one packet as far as the kernel and the device can
     * (UDP_SEGMENT), but not through raw sockets.
     *
     * @param address of the payload, which follows without a gap
     * @param segment bytes of each but the last; as many as there are when it is one
     * @param to null for the peer that the socket is connected to
     */
    public void addSegments(ByteBuffer payload, long address, int length, int segment, @Nullable Recipient to) {
        add(payload, address, length, to);
        if (segment < length) {
            segments.mark(count - 1, address, length, segment);
        }
    }

    /**
     * Adds a datagram to a batch that is not full.
     *
     * @param payload in network order, from index 0
     * @param address of the payload
     * @param to null for the peer that the socket is connected to
     */
    public void add(ByteBuffer payload, long address, int length, @Nullable Recipient to) {
        int slot = count++;
        segments.unmark(slot);
        headers.name(slot, to == null ? 0 : to.name.length);
        headers.control(slot, to == null ? 0 : to.control.length);
        if (to != null) {
            headers.names().put(slot * MessageHeaders.NAME_BYTES, to.name);
            headers.controls().put(slot * MessageHeaders.CONTROL_BYTES, to.control);
        }
        if (to != null && to.headed) {
            writeHeader(slot * UDP_HEADER_BYTES, payload, length, to);
            long header = udpHeaders.address() + (long) slot * UDP_HEADER_BYTES;
            headers.payload(slot, header, UDP_HEADER_BYTES, address, length);
        } else {
            headers.payload(slot, address, length);
        }
    }

    private void writeHeader(int at, ByteBuffer payload, int payloadLength, Recipient to) {
        int length = UDP_HEADER_BYTES + payloadLength;
        udpHeaderWords.putShort(at, (short) to.sourcePort);
        udpHeaderWords.putShort(at + 2, (short) to.targetPort);
        udpHeaderWords.putShort(at + 4, (short) length);
        udpHeaderWords.putShort(at + CHECKSUM_OFFSET, (short) 0);
        if (to.ipv4) { // For IPv6 the kernel does it.
            short checksum = InternetChecksum.of(to.pseudoHeader
                    + length
                    + InternetChecksum.sum(udpHeaderWords, at, UDP_HEADER_BYTES)
                    + InternetChecksum.sum(payload, 0, payloadLength));
            udpHeaderWords.putShort(at + CHECKSUM_OFFSET, checksum == 0 ? (short) 0xffff : checksum);
        }
    }

    /**
     * Sends all that was added and forgets it. What the kernel does not take is dropped, as UDP may.
     *
     * @return errno of the first datagram that failed, 0 when none did or only for want of room
     */
    public int send(int socket) {
        int failure = 0;
        int done = 0;
        while (done < count) {
            int sent = SystemCalls.libc().sendmmsg(socket, headers.address(done), count - done, MSG_DONTWAIT);
            if (sent > 0) {
                done += sent;
                continue;
            }
            int errno = SystemCalls.errno();
            if (errno == Errno.EAGAIN.number()) {
                break; // There will be no room for the rest either.
            }
            if (segments.isMarked(done) && Segments.isUncut(errno)) {
                errno = segments.sendApart(socket, done);
                if (errno == 0) {
                    done++;
                    continue;
                }
            }
            if (errno != Errno.EINTR.number()) {
                failure = failure == 0 ? errno : failure;
                done++;
            }
        }
        count = 0;
        return failure;
    }
}
