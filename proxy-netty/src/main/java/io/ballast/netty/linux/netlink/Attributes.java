package io.ballast.netty.linux.netlink;

import io.ballast.core.model.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes of a netlink message by number; of repeated ones the last counts. Immutable. */
final class Attributes {
    /** Upper bits of an attribute's number say "nested" and "network byte order". */
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, ByteBuffer> values;

    private Attributes(Map<Integer, ByteBuffer> values) {
        this.values = values;
    }

    /** Reads attributes from an offset to the end; a malformed tail is left out. */
    static Attributes parse(ByteBuffer buffer, int offset) {
        Map<Integer, ByteBuffer> values = new HashMap<>();
        int position = offset;
        while (buffer.limit() - position >= 4) {
            int length = Short.toUnsignedInt(buffer.getShort(position));
            if (length < 4 || length > buffer.limit() - position) {
                break;
            }
            int type = Short.toUnsignedInt(buffer.getShort(position + 2)) & TYPE_MASK;
            values.put(type, buffer.slice(position + 4, length - 4).order(ByteOrder.nativeOrder()));
            position += Rtnetlink.aligned(length);
        }
        return new Attributes(values);
    }

    Optional<ByteBuffer> raw(int type) {
        return Optional.ofNullable(values.get(type));
    }

    int u32(int type, int otherwise) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Integer.BYTES ? otherwise : value.getInt(0);
    }

    int u8(int type, int otherwise) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Byte.BYTES ? otherwise : Byte.toUnsignedInt(value.get(0));
    }

    Optional<String> text(int type) {
        return raw(type).map(value -> {
            int length = value.limit();
            while (length > 0 && value.get(length - 1) == 0) {
                length--;
            }
            return StandardCharsets.UTF_8.decode(value.slice(0, length)).toString();
        });
    }

    /** The address of 4 or 16 bytes, empty where the attribute is absent or of another length. */
    Optional<IpAddress> address(int type) {
        return raw(type).flatMap(value -> address(value, 0));
    }

    Attributes nested(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? new Attributes(Map.of()) : parse(value, 0);
    }

    /** The address that begins at an offset and reaches to the end. */
    static Optional<IpAddress> address(ByteBuffer value, int offset) {
        int length = value.limit() - offset;
        return length == 4 || length == 16 ? Optional.of(IpAddress.of(bytes(value, offset))) : Optional.empty();
    }

    static byte[] bytes(ByteBuffer value, int offset) {
        byte[] bytes = new byte[value.limit() - offset];
        value.get(offset, bytes);
        return bytes;
    }
}
