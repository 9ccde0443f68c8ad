package io.ballast.netty.linux.datagram;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.linux.SocketAddress;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Room for the datagrams of one {@code recvmmsg} call, each up to the largest there is; of a socket with UDP_GRO a slot
 * may hold several of one sender that came as one packet. What a slot holds is good until it is received into again.
 * Confined to one thread.
 */
public final class ReceiveBatch {
    /** The largest datagram there is, rounded up. */
    public static final int SLOT_BYTES = 65_536;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int NONE = -1;
    private static final int IP_PKTINFO = 8;
    private static final int IP_ORIGDSTADDR = 20;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_ORIGDSTADDR = 74;
    private static final int UDP_GRO = 104;
    /** {@code struct in6_pktinfo} begins with it; {@code struct in_pktinfo} with the interface. */
    private static final int IPV6_ADDRESS = 16;

    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_DATA = 16;

    private final int slots;
    private final boolean addressed;
    private final MessageHeaders headers;
    private final DirectMemory payloads;
    /** Slots before it were received into since they were made ready. */
    private int written;

    /**
     * @param addressed whether sender and destination matter; those of a connected socket do not
     */
    public ReceiveBatch(int slots, boolean addressed) {
        this.slots = slots;
        this.addressed = addressed;
        this.headers = new MessageHeaders(slots);
        this.payloads = DirectMemory.allocate(slots * SLOT_BYTES);
        for (int slot = 0; slot < slots; slot++) {
            headers.payload(slot, payloads.address() + (long) slot * SLOT_BYTES, SLOT_BYTES);
        }
        makeReady(0, slots);
    }

    public int slots() {
        return slots;
    }

    /** The slot's memory, in network order. */
    public ByteBuffer payload(int slot) {
        return payloads.buffer().slice(slot * SLOT_BYTES, SLOT_BYTES);
    }

    /**
     * Receives what there is into the slots from {@code first} on, without waiting.
     *
     * @return how many datagrams, or errno as a negative number
     */
    public int receive(int socket, int first) {
        makeReady(first, written);
        int count = SystemCalls.libc().recvmmsg(socket, headers.address(first), slots - first, MSG_DONTWAIT, 0);
        written = first + Math.max(0, count);
        return count >= 0 ? count : -SystemCalls.errno();
    }

    /** The kernel shortens the room for names and control data of the slots that it writes to. */
    private void makeReady(int from, int to) {
        for (int slot = from; slot < to; slot++) {
            headers.name(slot, addressed ? MessageHeaders.NAME_BYTES : 0);
            headers.control(slot, MessageHeaders.CONTROL_BYTES);
        }
    }

    public int length(int slot) {
        return headers.length(slot);
    }

    /** Bytes of each datagram in the slot but the last, which may be shorter; the slot's length where it holds one. */
    public int segment(int slot) {
        int data = data(slot, UDP_GRO, UDP_GRO);
        return data == NONE ? length(slot) : headers.controls().getInt(data);
    }

    public AddressPort sender(int slot) {
        return SocketAddress.read(headers.names(), slot * MessageHeaders.NAME_BYTES);
    }

    /** Where the sender sent it to, null where the socket does not say (IP_RECVORIGDSTADDR). */
    public @Nullable AddressPort destination(int slot) {
        int data = data(slot, IP_ORIGDSTADDR, IPV6_ORIGDSTADDR);
        return data == NONE ? null : SocketAddress.read(headers.controls(), data);
    }

    /**
     * The index of the interface that it came in through: told where the socket says so (IP_PKTINFO, IPV6_RECVPKTINFO),
     * and of senders whose address means nothing without (link-local ones of IPv6); else 0.
     */
    public int ingress(int slot) {
        int scope = SocketAddress.scope(headers.names(), slot * MessageHeaders.NAME_BYTES);
        if (scope != 0) {
            return scope;
        }
        int data = data(slot, IP_PKTINFO, IPV6_PKTINFO);
        if (data == NONE) {
            return 0;
        }
        boolean ipv4 = headers.controls().getInt(data - CONTROL_DATA + CONTROL_TYPE) == IP_PKTINFO;
        return headers.controls().getInt(ipv4 ? data : data + IPV6_ADDRESS);
    }

    /** Where the data of a control message of either type begins, or {@link #NONE}. */
    private int data(int slot, int type, int typeOfIpv6) {
        ByteBuffer controls = headers.controls();
        int at = slot * MessageHeaders.CONTROL_BYTES;
        int end = at + headers.controlLength(slot);
        while (at + CONTROL_DATA <= end) {
            int found = controls.getInt(at + CONTROL_TYPE);
            if (found == type || found == typeOfIpv6) {
                return at + CONTROL_DATA;
            }
            // Each begins at a multiple of eight bytes.
            at += (int) (controls.getLong(at) + Long.BYTES - 1 & -Long.BYTES);
        }
        return NONE;
    }
}
