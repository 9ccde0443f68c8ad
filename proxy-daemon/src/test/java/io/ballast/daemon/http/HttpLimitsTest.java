package io.ballast.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.linux.DescriptorLimit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpLimitsTest {

    @ParameterizedTest
    @CsvSource({"64, 16, 8", "256, 16, 8", "1024, 64, 32", "4096, 256, 128", "16384, 1024, 128", "1048576, 1024, 128"})
    void takeNoMoreThanThreeQuartersOfWhatRelayingLeaves(int descriptors, int probes, int pages) {
        int reserve = new DescriptorLimit(descriptors).reserve();

        assertThat(HttpLimits.probeConnections(reserve)).isEqualTo(probes);
        assertThat(HttpLimits.adminConnections(reserve)).isEqualTo(pages);
        assertThat(probes + pages).isLessThanOrEqualTo(reserve * 3 / 4);
    }
}
