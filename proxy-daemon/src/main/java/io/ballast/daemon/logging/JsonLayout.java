package io.ballast.daemon.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line, with the names Kubernetes components use: {@code ts} in milliseconds, {@code v}, {@code msg},
 * {@code err}. Thread-safe.
 */
final class JsonLayout extends LayoutBase<ILoggingEvent> {
    private static final Set<String> RESERVED = Set.of("ts", "level", "v", "logger", "msg", "err", "stack");

    private final JsonFactory json = new JsonFactory();

    @Override
    public String doLayout(ILoggingEvent event) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator object = json.createGenerator(line)) {
            object.writeStartObject();
            object.writeNumberField("ts", event.getTimeStamp());
            object.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
            object.writeNumberField("v", verbosity(event.getLevel()));
            object.writeStringField("logger", event.getLoggerName());
            object.writeStringField("msg", event.getFormattedMessage());
            writePairs(object, event.getKeyValuePairs());
            if (event.getThrowableProxy() != null) {
                object.writeStringField(
                        "err", String.valueOf(event.getThrowableProxy().getMessage()));
                object.writeStringField("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            object.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return line.append('\n').toString();
    }

    private static int verbosity(Level level) {
        if (level.isGreaterOrEqual(Level.INFO)) {
            return 0;
        }
        return level.isGreaterOrEqual(Level.DEBUG) ? 2 : 4;
    }

    private static void writePairs(JsonGenerator object, @Nullable List<KeyValuePair> pairs) throws IOException {
        if (pairs == null) {
            return;
        }
        for (KeyValuePair pair : pairs) {
            object.writeFieldName(RESERVED.contains(pair.key) ? pair.key + "_" : pair.key);
            writeValue(object, pair.value);
        }
    }

    private static void writeValue(JsonGenerator object, @Nullable Object value) throws IOException {
        if (value instanceof Integer || value instanceof Long) {
            object.writeNumber(((Number) value).longValue());
        } else if (value instanceof Boolean truth) {
            object.writeBoolean(truth);
        } else {
            object.writeString(LogValue.text(value));
        }
    }
}
