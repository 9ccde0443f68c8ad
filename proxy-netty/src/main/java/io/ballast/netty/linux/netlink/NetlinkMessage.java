package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message from the kernel: header fields and the payload in the host's byte order. Immutable, but for the payload's
 * position; readers take a {@link ByteBuffer#slice()}.
 *
 * @param port of the socket whose request this answers or tells of, unique in the network namespace
 */
record NetlinkMessage(int type, int flags, int sequence, int port, ByteBuffer payload) {
    /** Splits what one receive call brought. */
    static List<NetlinkMessage> parse(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        List<NetlinkMessage> messages = new ArrayList<>();
        while (buffer.remaining() >= NetlinkRequest.HEADER_LENGTH) {
            int start = buffer.position();
            int length = buffer.getInt();
            if (length < NetlinkRequest.HEADER_LENGTH || length > bytes.length - start) {
                throw new SystemCallException(
                        "read netlink message of " + length + " bytes", Errno.EBADMSG.number(), null);
            }
            int type = Short.toUnsignedInt(buffer.getShort());
            int flags = Short.toUnsignedInt(buffer.getShort());
            int sequence = buffer.getInt();
            int port = buffer.getInt();
            ByteBuffer payload = buffer.slice(
                            start + NetlinkRequest.HEADER_LENGTH, length - NetlinkRequest.HEADER_LENGTH)
                    .order(ByteOrder.nativeOrder());
            messages.add(new NetlinkMessage(type, flags, sequence, port, payload));
            buffer.position(Math.min(bytes.length, start + Rtnetlink.aligned(length)));
        }
        return messages;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The attributes that follow a fixed header of this many bytes. */
    Attributes attributes(int headerLength) {
        return Attributes.parse(payload, headerLength);
    }

    /** The error number, positive, of an NLMSG_ERROR or NLMSG_DONE; 0 is an acknowledgement. */
    int error() {
        return payload.remaining() < Integer.BYTES ? 0 : -payload.getInt(0);
    }

    /** The kernel's own words on an error (extended acknowledgement), or "". */
    String explanation() {
        if (!has(Rtnetlink.NLM_F_ACK_TLVS)) {
            return "";
        }
        int attributes = Integer.BYTES;
        if (type == Rtnetlink.NLMSG_ERROR) {
            // The refused request's header, and unless capped its payload, come in between.
            int quoted = has(Rtnetlink.NLM_F_CAPPED) ? NetlinkRequest.HEADER_LENGTH : payload.getInt(Integer.BYTES);
            attributes += Rtnetlink.aligned(quoted);
        }
        return attributes(attributes).text(Rtnetlink.NLMSGERR_ATTR_MSG).orElse("");
    }
}
