package io.ballast.netty.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Privileges;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilityTest {
    @Test
    void readsTheKernelsBits() {
        assertThat(Capability.ofMask(1L << 12 | 1L << 39 | 1L << 3))
                .containsExactlyInAnyOrder(Capability.NET_ADMIN, Capability.BPF);
        assertThat(Capability.ofMask(0)).isEmpty();
    }

    @Test
    void agreesWithCapget() {
        // linux/capability.h: _LINUX_CAPABILITY_VERSION_3, pid 0 = the calling thread; two {effective, permitted,
        // inheritable} triples of 32 bits, low half first.
        try (NativeMemory header = NativeMemory.allocate(8);
                NativeMemory data = NativeMemory.allocate(24)) {
            header.pointer().putInt(0, 0x20080522);
            SystemCalls.check(SystemCalls.libc().capget(header.pointer(), data.pointer()), () -> "capget");
            long mask = (data.pointer().getInt(0) & 0xffffffffL)
                    | (long) data.pointer().getInt(12) << 32;

            assertThat(Capability.effective()).isEqualTo(Capability.ofMask(mask));
        }
    }

    @Test
    @RequiresRoot
    void belongsToTheThread() throws Exception {
        Set<Capability> before = Capability.effective();

        assertThat(Privileges.with(Set.of(Capability.NET_RAW), Capability::effective))
                .containsExactly(Capability.NET_RAW);
        assertThat(Capability.effective()).isEqualTo(before);
    }

    @Test
    void carriesTheNameUsersKnow() {
        assertThat(Capability.NET_BIND_SERVICE).hasToString("CAP_NET_BIND_SERVICE");
    }
}
