package io.ballast.netty.linux.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DirectMemoryTest {
    private static final int BYTES = 8 << 20;
    private static final int PAGE = 4096;

    @Test
    void isZeroAndKeepsWhatIsWritten() {
        DirectMemory memory = DirectMemory.allocate(BYTES);
        assertThat(memory.buffer().getLong(0)).isZero();
        assertThat(memory.buffer().getLong(BYTES - Long.BYTES)).isZero();
        memory.buffer().putLong(BYTES / 2, 42);
        assertThat(memory.buffer().getLong(BYTES / 2)).isEqualTo(42);
    }

    @Test
    void occupiesOnlyThePagesThatAreUsed() throws Exception {
        DirectMemory memory = DirectMemory.allocate(BYTES);
        memory.buffer().putLong(BYTES / 2, 42);
        assertThat(presentPages(memory.address())).isBetween(1L, 3L); // at both ends pages may be shared
        assertThat(memory.buffer().getLong(BYTES / 2)).isEqualTo(42);
    }

    private static long presentPages(long address) throws IOException {
        try (RandomAccessFile pages = new RandomAccessFile("/proc/self/pagemap", "r")) {
            ByteBuffer entries = ByteBuffer.allocate(BYTES / PAGE * Long.BYTES).order(ByteOrder.nativeOrder());
            pages.seek(address / PAGE * Long.BYTES);
            pages.readFully(entries.array());
            return Arrays.stream(longs(entries)).filter(entry -> entry < 0).count(); // bit 63: present
        }
    }

    private static long[] longs(ByteBuffer bytes) {
        long[] longs = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(longs);
        return longs;
    }
}
