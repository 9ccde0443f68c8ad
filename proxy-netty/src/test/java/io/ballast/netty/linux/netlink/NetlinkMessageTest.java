package io.ballast.netty.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
    @Test
    void readsBackWhatARequestWrites() {
        NetlinkRequest request = new NetlinkRequest(24, 0x600, () -> "add")
                .u8(2)
                .u8(32)
                .u8(0x12)
                .u8(0x34)
                .attribute(1, new byte[] {10, 96, 0, 10})
                .attribute(4, 7)
                .attribute8(5, 200)
                .attribute(3, "eth0")
                .attribute(9, new byte[300]);

        List<NetlinkMessage> messages = NetlinkMessage.parse(encoded(request, request));

        assertThat(messages).extracting(NetlinkMessage::sequence).containsExactly(41, 42);
        NetlinkMessage message = messages.get(1);
        assertThat(message.type()).isEqualTo(24);
        assertThat(message.flags()).isEqualTo(0x600 | Rtnetlink.NLM_F_REQUEST);
        assertThat(message.payload().get(2)).isEqualTo((byte) 0x12);
        assertThat(message.payload().get(3)).isEqualTo((byte) 0x34);
        Attributes attributes = message.attributes(4);
        assertThat(attributes.address(1)).contains(IpAddress.parse("10.96.0.10"));
        assertThat(attributes.u32(4, 0)).isEqualTo(7);
        assertThat(attributes.u8(5, 0)).isEqualTo(200);
        assertThat(attributes.text(3)).contains("eth0");
        assertThat(attributes.u32(77, -3)).isEqualTo(-3);
        assertThat(attributes.address(9)).isEmpty();
    }

    @Test
    void refusesLengthsThatCannotBe() {
        for (int length : new int[] {0, 15, 1000, -1}) {
            byte[] bytes = ByteBuffer.allocate(20)
                    .order(ByteOrder.nativeOrder())
                    .putInt(length)
                    .array();

            assertThatThrownBy(() -> NetlinkMessage.parse(bytes))
                    .isInstanceOfSatisfying(SystemCallException.class, e -> assertThat(e.errno())
                            .isEqualTo(Errno.EBADMSG));
        }
    }

    @Test
    void findsTheKernelsWordsBehindARequestQuotedInWholeOrInPart() {
        NetlinkRequest whole = new NetlinkRequest(Rtnetlink.NLMSG_ERROR, Rtnetlink.NLM_F_ACK_TLVS, () -> "")
                .u32(-22)
                .u32(20)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0xabcdef)
                .attribute(Rtnetlink.NLMSGERR_ATTR_MSG, "Nexthop has invalid gateway");
        NetlinkRequest capped = new NetlinkRequest(
                        Rtnetlink.NLMSG_ERROR, Rtnetlink.NLM_F_ACK_TLVS | Rtnetlink.NLM_F_CAPPED, () -> "")
                .u32(-22)
                .u32(20)
                .u32(0)
                .u32(0)
                .u32(0)
                .attribute(Rtnetlink.NLMSGERR_ATTR_MSG, "Nexthop has invalid gateway");

        assertThat(NetlinkMessage.parse(encoded(whole, capped))).hasSize(2).allSatisfy(message -> {
            assertThat(message.error()).isEqualTo(22);
            assertThat(message.explanation()).isEqualTo("Nexthop has invalid gateway");
        });
    }

    @Test
    void readsTheErrorThatEndsADump() {
        NetlinkRequest done = new NetlinkRequest(Rtnetlink.NLMSG_DONE, Rtnetlink.NLM_F_MULTI, () -> "").u32(-105);
        NetlinkRequest bare = new NetlinkRequest(Rtnetlink.NLMSG_DONE, Rtnetlink.NLM_F_MULTI, () -> "");

        assertThat(NetlinkMessage.parse(encoded(done, bare)))
                .extracting(NetlinkMessage::error)
                .containsExactly(105, 0);
    }

    private static byte[] encoded(NetlinkRequest... requests) {
        int length = List.of(requests).stream().mapToInt(NetlinkRequest::length).sum();
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        int sequence = 41;
        for (NetlinkRequest request : requests) {
            request.writeTo(buffer, sequence++, 0);
        }
        return buffer.array();
    }
}
