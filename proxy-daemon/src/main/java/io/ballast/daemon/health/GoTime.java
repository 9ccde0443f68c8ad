package io.ballast.daemon.health;

import io.ballast.core.health.ProxyHealth.FamilyReport;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Times as Go's {@code time.RFC3339Nano} prints them: no trailing zeros, {@code Z} for UTC. Stateless. */
final class GoTime {
    private static final String ZERO = "0001-01-01T00:00:00Z";
    private static final DateTimeFormatter RFC3339_NANO = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendOffset("+HH:MM", "Z")
            .toFormatter(Locale.ROOT);

    private GoTime() {}

    /** Go's zero time is in UTC, wherever we are. */
    static String format(Instant time, ZoneId zone) {
        return time.equals(FamilyReport.NEVER) ? ZERO : RFC3339_NANO.format(time.atZone(zone));
    }
}
