package io.ballast.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LayoutTest {
    private static LoggingEvent event(Level level, String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(new LoggerContext());
        event.setLoggerName("io.ballast.daemon.Proxier");
        event.setLevel(level);
        event.setMessage(message);
        event.setInstant(Instant.parse("2026-11-20T19:12:01.123Z"));
        return event;
    }

    private static LoggingEvent with(LoggingEvent event, String key, Object value) {
        event.addKeyValuePair(new KeyValuePair(key, value));
        return event;
    }

    @Test
    void writesAnEventAsOneLineOfText() {
        LoggingEvent event = with(
                with(event(Level.INFO, "Service added"), "service", "default/web"), "after", Duration.ofMillis(1500));

        assertThat(new TextLayout().doLayout(event))
                .isEqualTo("2026-11-20T19:12:01.123Z INFO Proxier: Service added service=default/web after=1.5s\n");
    }

    @Test
    void quotesAndEscapesSoThatAnEventStaysOneLine() {
        LoggingEvent event = event(Level.WARN, "bad\nname");
        with(with(with(event, "reason", "say \"no\""), "empty", ""), "text", "a\n\tb\\c");

        assertThat(new TextLayout().doLayout(event))
                .endsWith("WARN Proxier: bad\\nname reason=\"say \\\"no\\\"\" empty=\"\" text=\"a\\n\\x09b\\\\c\"\n")
                .containsOnlyOnce("\n");
    }

    @Test
    void writesAnEventAsJson() throws Exception {
        LoggingEvent event = event(Level.DEBUG, "Frontend \"failed\"");
        with(with(with(event, "frontend", "192.0.2.1:80"), "count", 7), "msg", "twice");

        String line = new JsonLayout().doLayout(event);

        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
        assertThat(json.path("ts").asLong())
                .isEqualTo(Instant.parse("2026-11-20T19:12:01.123Z").toEpochMilli());
        assertThat(json.path("level").asText()).isEqualTo("debug");
        assertThat(json.path("v").asInt()).isEqualTo(2);
        assertThat(json.path("logger").asText()).isEqualTo("io.ballast.daemon.Proxier");
        assertThat(json.path("msg").asText()).isEqualTo("Frontend \"failed\"");
        assertThat(json.path("frontend").asText()).isEqualTo("192.0.2.1:80");
        assertThat(json.path("count").isIntegralNumber()).isTrue();
        assertThat(json.path("msg_").asText()).isEqualTo("twice");
    }

    @Test
    void showsWhereAFailureCameFrom() throws Exception {
        LoggingEvent event = event(Level.ERROR, "Sync failed");
        event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("no table")));

        assertThat(new TextLayout().doLayout(event))
                .contains("ERROR Proxier: Sync failed\njava.lang.IllegalStateException: no table")
                .contains("at io.ballast.daemon.logging.LayoutTest");
        assertThat(new ObjectMapper()
                        .readTree(new JsonLayout().doLayout(event))
                        .path("err")
                        .asText())
                .isEqualTo("no table");
    }
}
