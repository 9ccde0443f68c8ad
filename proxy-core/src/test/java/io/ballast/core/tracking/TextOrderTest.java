package io.ballast.core.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextOrderTest {
    private final TextOrder order = new TextOrder();

    @Test
    void sortsAsStringsDo() {
        Random random = new Random(7);
        List<AddressPort> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            // Few different bytes, so that many addresses share a beginning, and short and long numbers meet.
            all.add(new AddressPort(IpAddress.ofIpv4(octets(random)), port(random)));
            all.add(new AddressPort(IpAddress.of(0x20010db8L << 32, octets(random)), port(random)));
        }

        List<AddressPort> sorted = new ArrayList<>(all);
        sorted.sort(order);

        all.sort(Comparator.comparing(AddressPort::toString));
        assertThat(sorted).isEqualTo(all);
    }

    private static int octets(Random random) {
        int[] octets = {0, 1, 2, 9, 10, 19, 100, 109, 255};
        int bits = 10;
        for (int i = 0; i < 3; i++) {
            bits = bits << 8 | octets[random.nextInt(octets.length)];
        }
        return bits;
    }

    private static int port(Random random) {
        int[] ports = {7, 80, 443, 800, 8080, 65535};
        return ports[random.nextInt(ports.length)];
    }
}
