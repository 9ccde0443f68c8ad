package io.ballast.netty.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A request under construction: a message type, flags, and a payload written field by field in the host's byte order.
 * Requests are equal only to themselves. Confined to one thread.
 */
final class NetlinkRequest {
    static final int HEADER_LENGTH = 16;

    private final int type;
    private final int flags;
    private final Supplier<String> operation;
    private ByteBuffer payload = ByteBuffer.allocate(96).order(ByteOrder.nativeOrder());

    /** @param operation the request in words with its arguments, for the message of a failure */
    NetlinkRequest(int type, int flags, Supplier<String> operation) {
        this.type = type;
        this.flags = flags;
        this.operation = operation;
    }

    NetlinkRequest u8(int value) {
        room(Byte.BYTES).put((byte) value);
        return this;
    }

    NetlinkRequest u32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    /** An attribute of raw bytes: addresses are in network order already. */
    NetlinkRequest attribute(int attribute, byte[] value) {
        int length = 4 + value.length;
        room(Rtnetlink.aligned(length)).putShort((short) length).putShort((short) attribute);
        payload.put(value);
        payload.put(new byte[Rtnetlink.aligned(length) - length]);
        return this;
    }

    NetlinkRequest attribute(int attribute, int value) {
        room(8).putShort((short) 8).putShort((short) attribute).putInt(value);
        return this;
    }

    NetlinkRequest attribute8(int attribute, int value) {
        return attribute(attribute, new byte[] {(byte) value});
    }

    NetlinkRequest attribute(int attribute, String value) {
        return attribute(attribute, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    String operation() {
        return operation.get();
    }

    /** Bytes of the whole message, header and padding included. */
    int length() {
        return HEADER_LENGTH + Rtnetlink.aligned(payload.position());
    }

    /** Appends the message to the buffer, which is in native order and has room. */
    void writeTo(ByteBuffer target, int sequence, int extraFlags) {
        int end = target.position() + length();
        target.putInt(HEADER_LENGTH + payload.position())
                .putShort((short) type)
                .putShort((short) (flags | extraFlags | Rtnetlink.NLM_F_REQUEST))
                .putInt(sequence)
                .putInt(0)
                .put(payload.array(), 0, payload.position())
                .position(end);
    }

    private ByteBuffer room(int bytes) {
        if (payload.remaining() < bytes) {
            ByteBuffer larger =
                    ByteBuffer.allocate(2 * payload.capacity() + bytes).order(ByteOrder.nativeOrder());
            payload = larger.put(payload.flip());
        }
        return payload;
    }
}
