package io.ballast.daemon.config;

import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A log line that arose while the configuration was read, which is before it is known how to log. <em>Immutable.</em>
 */
public record Notice(Level level, String message, Map<String, String> values) {
    public Notice {
        values = Map.copyOf(values);
    }

    public void logTo(Logger log) {
        LoggingEventBuilder event = log.atLevel(level);
        for (Map.Entry<String, String> entry : new TreeMap<>(values).entrySet()) {
            event = event.addKeyValue(entry.getKey(), entry.getValue());
        }
        event.log(message);
    }
}
