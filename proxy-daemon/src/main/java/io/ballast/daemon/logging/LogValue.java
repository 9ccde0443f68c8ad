package io.ballast.daemon.logging;

import io.ballast.core.model.GoDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How values look in the log: durations as one would type them in a flag, everything else as it says itself. */
final class LogValue {
    private LogValue() {}

    static String text(@Nullable Object value) {
        return value instanceof Duration duration ? GoDuration.format(duration) : String.valueOf(value);
    }
}
