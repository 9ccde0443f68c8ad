package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.ProxyProtocol;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProxyHeaderTest {
    private static final AddressPort CLIENT = address("192.0.2.1", 56324);
    private static final AddressPort FRONTEND = address("198.51.100.7", 443);
    private static final AddressPort CLIENT6 = address("2001:db8::1", 1025);
    private static final AddressPort FRONTEND6 = address("2001:db8::a", 65535);

    @Test
    void textOverIpv4() {
        assertThat(ProxyHeader.encode(ProxyProtocol.V1, CLIENT, FRONTEND))
                .asString()
                .isEqualTo("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");
    }

    @Test
    void textOverIpv6() {
        assertThat(ProxyHeader.encode(ProxyProtocol.V1, CLIENT6, FRONTEND6))
                .asString()
                .isEqualTo("PROXY TCP6 2001:db8::1 2001:db8::a 1025 65535\r\n");
    }

    @Test
    void binaryOverIpv4() {
        assertThat(hex(ProxyHeader.encode(ProxyProtocol.V2, CLIENT, FRONTEND)))
                .isEqualTo(
                        "0d0a0d0a000d0a515549540a" + "21" + "11" + "000c" + "c0000201" + "c6336407" + "dc04" + "01bb");
    }

    @Test
    void binaryOverIpv6() {
        assertThat(hex(ProxyHeader.encode(ProxyProtocol.V2, CLIENT6, FRONTEND6)))
                .isEqualTo("0d0a0d0a000d0a515549540a" + "21" + "21" + "0024" + "20010db8000000000000000000000001"
                        + "20010db800000000000000000000000a" + "0401" + "ffff");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static AddressPort address(String ip, int port) {
        return new AddressPort(IpAddress.parse(ip), port);
    }
}
