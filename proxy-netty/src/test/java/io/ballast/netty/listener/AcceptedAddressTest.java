package io.ballast.netty.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AcceptedAddressTest {
    @Test
    void readsIpv4() {
        assertThat(AcceptedAddress.decode(bytes("08" + "c0000209" + "0000e000")))
                .isEqualTo(new AddressPort(IpAddress.parse("192.0.2.9"), 57344));
    }

    @Test
    void readsIpv6() {
        assertThat(AcceptedAddress.decode(bytes("18" + "20010db8000000000000000000000001" + "00000000" + "00000050")))
                .isEqualTo(new AddressPort(IpAddress.parse("2001:db8::1"), 80));
    }

    @Test
    void readsMappedIpv4AsIpv4() {
        assertThat(AcceptedAddress.decode(bytes("18" + "00000000000000000000ffffc0000209" + "00000000" + "00000050")))
                .isEqualTo(new AddressPort(IpAddress.parse("192.0.2.9"), 80));
    }

    private static byte[] bytes(String hex) {
        return Arrays.copyOf(HexFormat.of().parseHex(hex), AcceptedAddress.LENGTH);
    }
}
