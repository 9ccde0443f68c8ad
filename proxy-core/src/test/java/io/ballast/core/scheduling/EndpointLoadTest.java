package io.ballast.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointLoadTest {
    private final EndpointLoad load = new EndpointLoad(Balanced.address(1));

    @Test
    void reservesUpToTheLimit() {
        assertThat(load.reserve(2)).isTrue();
        assertThat(load.reserve(2)).isTrue();
        assertThat(load.reserve(2)).isFalse();
        assertThat(load.reserve(0)).isTrue();
        assertThat(load.active()).isEqualTo(3);
        assertThat(load.opened()).isEqualTo(3);
    }

    /** Else a connection that raced with an update would be counted where nobody looks any more. */
    @Test
    void cannotBeReservedOnceRetired() {
        assertThat(load.retire()).isTrue();
        assertThat(load.reserve(0)).isFalse();
        assertThat(load.active()).isZero();
    }

    @Test
    void isNotRetiredWithOpenConnections() {
        load.reserve(0);
        assertThat(load.retire()).isFalse();
        load.release();
        assertThat(load.retire()).isTrue();
    }
}
