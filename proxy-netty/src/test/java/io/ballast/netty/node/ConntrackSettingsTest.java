package io.ballast.netty.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Sysctl;
import io.ballast.netty.testing.NetworkNamespace;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConntrackSettingsTest {
    private static final String PREFIX = "net.netfilter.nf_conntrack_";

    @ParameterizedTest
    @CsvSource({
        "32768, 131072, 2, 131072",
        "32768, 131072, 8, 262144",
        "32768, 131072, 128, 1048576",
        "0, 131072, 8, 0",
        "2147483647, 0, 64, 1048576",
        "10, 5, 1, 10"
    })
    void sizesTheTableAsUpstream(int maxPerCore, int min, int processors, int expected) {
        assertThat(ConntrackSettings.tableSize(maxPerCore, min, processors)).isEqualTo(expected);
    }

    /** Upstream's e2e test asks for an hour in CLOSE_WAIT. */
    @Test
    @RequiresRoot
    void setsWhatKubeProxySets() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assumeThat(namespace.run(() -> Sysctl.read(PREFIX + "max"))).isPresent();
            String udp =
                    namespace.run(() -> Sysctl.read(PREFIX + "udp_timeout")).orElseThrow();

            namespace.run(() -> {
                new ConntrackSettings(
                                0,
                                Duration.ofHours(24),
                                Duration.ofHours(1),
                                true,
                                Duration.ZERO,
                                Duration.ofSeconds(77))
                        .apply();
                return null;
            });

            assertThat(namespace.run(() -> Sysctl.read(PREFIX + "tcp_timeout_established")))
                    .contains("86400");
            assertThat(namespace.run(() -> Sysctl.read(PREFIX + "tcp_timeout_close_wait")))
                    .contains("3600");
            assertThat(namespace.run(() -> Sysctl.read(PREFIX + "tcp_be_liberal")))
                    .contains("1");
            assertThat(namespace.run(() -> Sysctl.read(PREFIX + "udp_timeout_stream")))
                    .contains("77");
            assertThat(namespace.run(() -> Sysctl.read(PREFIX + "udp_timeout"))).contains(udp);
        }
    }

    /** The size of the table belongs to the first network namespace, and to the kernel as a whole. */
    @Test
    @RequiresRoot
    void goesOnWhereASettingCannotBeWritten() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assumeThat(namespace.run(() -> Sysctl.read(PREFIX + "max"))).isPresent();
            String before = namespace.run(() -> Sysctl.read(PREFIX + "max")).orElseThrow();

            namespace.run(() -> {
                new ConntrackSettings(
                                Integer.parseInt(before) + 1,
                                Duration.ZERO,
                                Duration.ofMinutes(61),
                                false,
                                Duration.ZERO,
                                Duration.ZERO)
                        .apply();
                return null;
            });

            assertThat(namespace.run(() -> Sysctl.read(PREFIX + "max"))).contains(before);
            assertThat(namespace.run(() -> Sysctl.read(PREFIX + "tcp_timeout_close_wait")))
                    .contains("3660");
        }
    }
}
