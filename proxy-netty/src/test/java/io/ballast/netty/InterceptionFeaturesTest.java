package io.ballast.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class InterceptionFeaturesTest {
    @Test
    void saysWhyThereIsNoTransportForTheSocketLookup() {
        String reason = "/tmp/libnetty.so: No space left on device";

        assertThat(InterceptionFeatures.withoutDescriptors(Optional.of(reason)))
                .isEqualTo("sockets of this --transport have no descriptors; epoll is not available: " + reason);
        assertThat(InterceptionFeatures.withoutDescriptors(Optional.empty()))
                .isEqualTo("sockets of this --transport have no descriptors; use epoll");
    }
}
