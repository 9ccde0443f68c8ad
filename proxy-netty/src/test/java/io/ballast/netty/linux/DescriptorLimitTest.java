package io.ballast.netty.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorLimitTest {
    @Test
    void readsTheLimitAsTheKernelPrintsIt() {
        assertThat(DescriptorLimit.parse(List.of(
                                "Limit                     Soft Limit           Hard Limit           Units     ",
                                "Max processes             94912                94912                processes ",
                                "Max open files            1024                 524288               files     "))
                        .limit())
                .isEqualTo(1024);
        assertThat(DescriptorLimit.parse(List.of())).isEqualTo(DescriptorLimit.UNKNOWN);
        assertThat(DescriptorLimit.ofThisProcess().limit()).isPositive();
        assertThat(DescriptorLimit.UNKNOWN.isReserved(100_000)).isFalse();
    }

    @Test
    void leavesConnectionsAShareOfWhatRelayingHas() {
        assertThat(new DescriptorLimit(20_000).mostListening()).isEqualTo(13_464);
        assertThat(new DescriptorLimit(72).mostListening()).isEqualTo(30);
        assertThat(DescriptorLimit.UNKNOWN.mostListening()).isGreaterThan(1_000_000_000);
    }
}
