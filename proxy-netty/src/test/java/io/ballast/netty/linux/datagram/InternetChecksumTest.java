package io.ballast.netty.linux.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    @Test
    void isThatOfTheExampleInRfc1071() {
        ByteBuffer bytes =
                ByteBuffer.wrap(new byte[] {0, 1, (byte) 0xf2, 3, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7});

        assertThat(InternetChecksum.of(InternetChecksum.sum(bytes, 0, 8))).isEqualTo((short) ~0xddf2);
    }

    @Test
    void isTheSameAsWordByWordForEveryLengthAndOffset() {
        byte[] random = new byte[200];
        new Random(5).nextBytes(random);
        ByteBuffer bytes = ByteBuffer.wrap(random);

        for (int offset = 0; offset < 8; offset++) {
            for (int length = 0; length < 190; length++) {
                assertThat(InternetChecksum.of(InternetChecksum.sum(bytes, offset, length)))
                        .as("%d bytes from %d", length, offset)
                        .isEqualTo(wordByWord(random, offset, length));
            }
        }
    }

    private static short wordByWord(byte[] bytes, int offset, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int value = Byte.toUnsignedInt(bytes[offset + i]);
            sum += i % 2 == 0 ? value << 8 : value;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
