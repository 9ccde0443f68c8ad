package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.RefuseReason;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
    @Test
    void admitsUpToTheLimit() {
        OpenConnections open = new OpenConnections(2);
        assertThat(open.enter()).isEmpty();
        assertThat(open.enter()).isEmpty();
        assertThat(open.enter()).contains(RefuseReason.MAX_CONNECTIONS);
        assertThat(open.count()).isEqualTo(2);
        open.leave();
        assertThat(open.enter()).isEmpty();
    }

    @Test
    void zeroIsNoLimit() {
        OpenConnections open = new OpenConnections(0);
        for (int i = 0; i < 100; i++) {
            assertThat(open.enter()).isEmpty();
        }
    }

    @Test
    void endsWithTheLastConnectionAfterClosing() {
        OpenConnections open = new OpenConnections(0);
        open.enter();
        open.enter();
        var ended = open.close();
        assertThat(open.enter()).contains(RefuseReason.SHUTTING_DOWN);
        open.leave();
        assertThat(ended).isNotDone();
        open.leave();
        assertThat(ended).isCompleted();
    }

    @Test
    void endsAtOnceWhenNothingIsOpen() {
        assertThat(new OpenConnections(0).close()).isCompleted();
    }
}
