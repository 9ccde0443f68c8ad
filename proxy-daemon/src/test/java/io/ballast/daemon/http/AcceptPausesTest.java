package io.ballast.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.ManualClock;
import io.ballast.daemon.testing.LogCapture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptPausesTest {
    private final ManualClock clock = new ManualClock();
    private final OpenConnections connections = new OpenConnections(10);
    private final EmbeddedChannel server = new EmbeddedChannel(new AcceptPauses(clock, connections));

    private void fail() {
        server.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
    }

    @Test
    void pausesASecondAndPassesNothingOn() {
        fail();

        assertThat(server.config().isAutoRead()).isFalse();
        server.advanceTimeBy(1, TimeUnit.SECONDS);
        server.runScheduledPendingTasks();
        assertThat(server.config().isAutoRead()).isTrue();
        server.checkException();
    }

    @Test
    void makesRoomAndTriesAgainAtOnce() {
        EmbeddedChannel unused = new EmbeddedChannel(connections);
        EmbeddedChannel used = new EmbeddedChannel(connections);

        fail();

        assertThat(unused.isOpen()).isFalse();
        assertThat(used.isOpen()).isTrue();
        server.runScheduledPendingTasks();
        assertThat(server.config().isAutoRead()).isTrue();
    }

    @Test
    void tellsOnceAMinuteWithTheRemedy() {
        try (LogCapture logged = new LogCapture(AcceptPauses.class)) {
            fail();
            clock.advance(Duration.ofSeconds(59));
            fail();
            assertThat(logged.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN HTTP server cannot accept clients")
                    .contains("Too many open files", "ulimit -n");

            clock.advance(Duration.ofSeconds(1));
            fail();
            assertThat(logged.lines()).hasSize(2);
        }
    }
}
