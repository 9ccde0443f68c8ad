package io.ballast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodePresenceTest {
    private final NodePresence presence = new NodePresence("worker-1");
    private final LogCapture log = new LogCapture(NodePresence.class);

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void namesTheNodeThatIsMissingAndTheRemedy() {
        presence.listed();
        assertThat(log.lines()).singleElement().asString().contains("WARN", "\"worker-1\"", "--hostname-override");
    }

    @Test
    void saysNothingOfANodeThatIsThere() {
        presence.found();
        presence.listed();
        assertThat(log.lines()).isEmpty();
    }
}
