package io.ballast.netty.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    @Test
    void startsZeroed() {
        try (NativeMemory memory = NativeMemory.allocate(64)) {
            assertThat(memory.bytes(0, 64)).containsOnly(0);
        }
    }

    @Test
    void refusesAccessOutsideItsBounds() {
        try (NativeMemory memory = NativeMemory.allocate(8)) {
            assertThatThrownBy(() -> memory.pointer().putInt(6, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void refusesAccessOnceFreed() {
        NativeMemory memory = NativeMemory.copyOf(new byte[] {1, 2, 3});
        assertThat(memory.bytes(1, 2)).containsExactly(2, 3);

        memory.close();
        memory.close();

        assertThatThrownBy(memory::pointer).isInstanceOf(IllegalStateException.class);
    }
}
