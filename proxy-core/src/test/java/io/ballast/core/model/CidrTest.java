package io.ballast.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.77/24, 192.0.2.0/24",
        "203.0.113.000/025, 203.0.113.0/25",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.255/1, 128.0.0.0/1",
        "192.0.2.1/32, 192.0.2.1/32",
        "2001:db8:1:2:3::/48, 2001:db8:1::/48",
        "2001:db8::ffff/64, 2001:db8::/64",
        "2001:db8::ffff/65, 2001:db8::/65",
        "ffff::/0, ::/0",
        "::1/128, ::1/128",
    })
    void readsSloppyTextAndDropsHostBits(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical).isEqualTo(Cidr.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "192.0.2.0",
                "192.0.2.0/",
                "192.0.2.0/33",
                "192.0.2.0/-1",
                "192.0.2.0/+8",
                "192.0.2.0/8 ",
                "192.0.2.0/24/24",
                "/24",
                "192.0.2/24",
                "2001:db8::/129",
                "2001:db8::/1000000000000",
                "192.0.2.0/255.255.255.0",
                "::/٣",
            })
    void refusesWhatIsNoCidr(String text) {
        assertThat(Cidr.tryParse(text)).isEmpty();
        assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void containsAnAddressExactlyWhenTheirPrefixesAgree() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            boolean ipv4 = random.nextBoolean();
            IpAddress base =
                    ipv4 ? IpAddress.ofIpv4(random.nextInt()) : IpAddress.of(random.nextLong(), random.nextLong());
            int prefix = random.nextInt(base.family().bits() + 1);
            IpAddress other = flipped(base, random.nextInt(base.family().bits()));

            BigInteger difference = number(base).xor(number(other));
            boolean expected =
                    difference.shiftRight(base.family().bits() - prefix).signum() == 0;
            assertThat(new Cidr(base, prefix).contains(other))
                    .as("%s/%s contains %s", base, prefix, other)
                    .isEqualTo(expected);
            assertThat(new Cidr(base, prefix).contains(base)).isTrue();
        }
    }

    private static IpAddress flipped(IpAddress address, int bit) {
        if (address.isIpv4()) {
            return IpAddress.ofIpv4(address.ipv4Bits() ^ 1 << bit);
        }
        return bit < 64
                ? IpAddress.of(address.high(), address.low() ^ 1L << bit)
                : IpAddress.of(address.high() ^ 1L << (bit - 64), address.low());
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.toBytes());
    }

    @Test
    void neverContainsTheOtherFamily() {
        assertThat(Cidr.parse("0.0.0.0/0").contains(IpAddress.parse("::1"))).isFalse();
        assertThat(Cidr.parse("::/0").contains(IpAddress.parse("192.0.2.1"))).isFalse();
    }

    @Test
    void knowsWhetherItIsEverythingOrOneAddress() {
        assertThat(Cidr.parse("0.0.0.0/0").isEverything()).isTrue();
        assertThat(Cidr.parse("0.0.0.0/1").isEverything()).isFalse();
        assertThat(Cidr.host(IpAddress.parse("192.0.2.1"))).hasToString("192.0.2.1/32");
        assertThat(Cidr.host(IpAddress.parse("2001:db8::1"))).hasToString("2001:db8::1/128");
        assertThatThrownBy(() -> new Cidr(IpAddress.parse("192.0.2.1"), 33)).hasMessageContaining("0 to 32");
    }
}
