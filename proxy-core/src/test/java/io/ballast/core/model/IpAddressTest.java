package io.ballast.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, IPV4",
        "0.0.0.0, 0.0.0.0, IPV4",
        "255.255.255.255, 255.255.255.255, IPV4",
        "172.30.0.041, 172.30.0.41, IPV4",
        "010.000.000.0000008, 10.0.0.8, IPV4",
        "::, ::, IPV6",
        "::1, ::1, IPV6",
        "1::, 1::, IPV6",
        "2001:DB8::00A, 2001:db8::a, IPV6",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1, IPV6",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1, IPV6",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1, IPV6",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8, IPV6",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0, IPV6",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8, IPV6",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221, IPV6",
        "::192.0.2.33, ::c000:221, IPV6",
        "::ffff:192.0.2.33, 192.0.2.33, IPV4",
        "::ffff:c000:0221, 192.0.2.33, IPV4",
        "1:2:3:4:5:6:192.0.2.1, 1:2:3:4:5:6:c000:201, IPV6",
    })
    void readsSloppyTextAndWritesCanonicalText(String text, String canonical, IpFamily family) {
        IpAddress address = IpAddress.parse(text);

        assertThat(address).hasToString(canonical).isEqualTo(IpAddress.parse(canonical));
        assertThat(address.family()).isEqualTo(family);
        assertThat(address).hasSameHashCodeAs(IpAddress.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "192.0.2",
                "192.0.2.1.1",
                "192.0.2.256",
                "192.0.2.-1",
                "192.0.2.+1",
                "192.0.2.",
                ".192.0.2",
                "192.0.2.1 ",
                " 192.0.2.1",
                "192.0.2.0x1",
                "192.0.2.1/32",
                "localhost",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "12345::",
                "::g",
                "fe80::1%eth0",
                "::192.0.2",
                "192.0.2.1::",
                "::192.0.2.1:1",
                "1:2:3:4:5:6:7:192.0.2.1",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "[::1]",
                "１92.0.2.1",
                "::１",
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpAddress.tryParse(text)).isEmpty();
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void survivesTextAndBytes() throws UnknownHostException {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            IpAddress address = random(random);
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
            assertThat(IpAddress.of(address.toBytes())).isEqualTo(address);
            assertThat(IpAddress.of(address.toMappedBytes())).isEqualTo(address);
            assertThat(IpAddress.of(address.toInetAddress())).isEqualTo(address);
            assertThat(InetAddress.getByName(address.toString())).isEqualTo(address.toInetAddress());
        }
    }

    /** Sparse groups, so that runs of zeros of every length and place occur. */
    private static IpAddress random(Random random) {
        if (random.nextInt(4) == 0) {
            return IpAddress.ofIpv4(random.nextInt());
        }
        long high = random.nextLong();
        long low = random.nextLong();
        for (int group = 0; group < 4; group++) {
            high &= random.nextBoolean() ? -1 : ~(0xffffL << (group * 16));
            low &= random.nextBoolean() ? -1 : ~(0xffffL << (group * 16));
        }
        return IpAddress.of(high, low);
    }

    @Test
    void ordersByValue() {
        TreeSet<IpAddress> ordered = new TreeSet<>();
        for (String text : new String[] {"ffff::", "10.0.0.10", "::1", "10.0.0.9", "200.0.0.1", "2001:db8::"}) {
            ordered.add(IpAddress.parse(text));
        }

        assertThat(ordered).hasToString("[::1, 10.0.0.9, 10.0.0.10, 200.0.0.1, 2001:db8::, ffff::]");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, loopback",
        "127.255.0.1, loopback",
        "::1, loopback",
        "::2, none",
        "128.0.0.1, none",
        "0.0.0.0, unspecified",
        "::, unspecified",
        "169.254.1.1, link-local",
        "fe80::1, link-local zone",
        "febf::1, link-local zone",
        "fec0::1, none",
        "169.253.1.1, none",
        "223.255.255.255, none",
        "224.0.0.1, multicast",
        "239.255.255.255, multicast",
        "240.0.0.1, none",
        "255.255.255.255, multicast",
        "ff02::1, multicast",
    })
    void tellsSpecialAddresses(String text, String kind) {
        IpAddress address = IpAddress.parse(text);

        assertThat(address.isLoopback()).isEqualTo(kind.equals("loopback"));
        assertThat(address.isUnspecified()).isEqualTo(kind.equals("unspecified"));
        assertThat(address.isLinkLocal()).isEqualTo(kind.startsWith("link-local"));
        assertThat(address.needsZone()).isEqualTo(kind.equals("link-local zone"));
        assertThat(address.isMulticastOrBroadcast()).isEqualTo(kind.equals("multicast"));
    }

    @Test
    void refusesBytesOfAnotherLength() {
        assertThatThrownBy(() -> IpAddress.of(new byte[5])).hasMessageContaining("4 or 16 bytes");
    }
}
