package io.ballast.core.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StableHashTest {
    /** Computed apart from this code; nodes of different versions must agree, so these never change. */
    @Test
    void staysWhatItIs() {
        IpAddress ipv4 = IpAddress.parse("192.0.2.1");
        IpAddress ipv6 = IpAddress.parse("2001:db8::1");
        assertThat(new long[] {
                    StableHash.of("node-1"),
                    StableHash.of(ipv4),
                    StableHash.of(ipv6),
                    StableHash.of(new AddressPort(ipv4, 80)),
                    StableHash.of(new AddressPort(ipv6, 80))
                })
                .containsExactly(
                        1411048690986509909L,
                        -1183692575322712139L,
                        -5365155281281715510L,
                        4861432941467285534L,
                        -7875272635504154617L);
    }

    @Test
    void neighboursDiffer() {
        Set<Long> seen = new HashSet<>();
        for (int address = 0; address < 300; address++) {
            for (int port = 0; port < 300; port++) {
                seen.add(StableHash.of(new AddressPort(IpAddress.ofIpv4(address), port)));
            }
        }
        assertThat(seen).hasSize(90_000);
    }
}
