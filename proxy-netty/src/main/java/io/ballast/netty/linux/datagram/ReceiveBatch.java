package io.ballast.netty.linux.datagram;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Room for the datagrams of one {@code recvmmsg} call, each up to the largest there is. What a slot holds is good until
 * it is received into again. Confined to one thread.
 */
public final class ReceiveBatch {
    /** The largest datagram there is, rounded up. */
    public static final int SLOT_BYTES = 65_536;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int IP_ORIGDSTADDR = 20;
    private static final int IPV6_ORIGDSTADDR = 74;
    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_DATA = 16;

    private final int slots;
    private final boolean addressed;
    private final MessageHeaders headers;
    private final DirectMemory payloads;

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
        if (addressed) {
            for (int slot = first; slot < slots; slot++) {
                headers.name(slot, MessageHeaders.NAME_BYTES);
                headers.control(slot, MessageHeaders.CONTROL_BYTES);
            }
        }
        int count = SystemCalls.libc().recvmmsg(socket, headers.address(first), slots - first, MSG_DONTWAIT, 0);
        return count >= 0 ? count : -SystemCalls.errno();
    }

    public int length(int slot) {
        return headers.length(slot);
    }

    public AddressPort sender(int slot) {
        return SocketAddress.read(headers.names(), slot * MessageHeaders.NAME_BYTES);
    }

    /** Where the sender sent it to, null where the socket does not say (IP_RECVORIGDSTADDR). */
    public @Nullable AddressPort destination(int slot) {
        int offset = slot * MessageHeaders.CONTROL_BYTES;
        if (headers.controlLength(slot) < CONTROL_DATA) {
            return null;
        }
        int type = headers.controls().getInt(offset + CONTROL_TYPE);
        return type == IP_ORIGDSTADDR || type == IPV6_ORIGDSTADDR
                ? SocketAddress.read(headers.controls(), offset + CONTROL_DATA)
                : null;
    }
}
