package io.ballast.core.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Go writes them: {@code 300ms}, {@code 1h30m}, {@code -1.5s}, {@code 0}. Format and parser agree with
 * Go's {@code time.ParseDuration} and {@code Duration.String}, which kube-proxy uses.
 */
public final class GoDuration {
    private static final Pattern WHOLE =
            Pattern.compile("[-+]?(?:0|(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|μs|ms|s|m|h))+)");
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /**
     * Parses a Go duration.
     *
     * @throws IllegalArgumentException when the text is not one, or does not fit 64 bits of nanoseconds
     */
    public static Duration parse(String text) {
        if (text.length() > 64 || !WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a duration; want for example 30s, 500ms or 1h30m");
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            String number = part.group(1);
            BigDecimal amount = new BigDecimal(number.endsWith(".") ? number + "0" : number);
            nanos = nanos.add(amount.multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L))));
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("is too long a duration; the limit is about 292 years");
        }
        return Duration.ofNanos(text.startsWith("-") ? -nanos.longValue() : nanos.longValue());
    }

    /** The text Go prints for this duration: {@code 15m0s}, {@code 250ms}, {@code 0s}. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + format(duration.negated());
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return formatFraction(duration.toNanos());
        }
        BigDecimal seconds = BigDecimal.valueOf(duration.toSecondsPart())
                .add(BigDecimal.valueOf(duration.toNanosPart(), 9))
                .stripTrailingZeros();
        long hours = duration.toHours();
        String minutes = duration.compareTo(Duration.ofMinutes(1)) < 0 ? "" : duration.toMinutesPart() + "m";
        return (hours == 0 ? "" : hours + "h") + minutes + seconds.toPlainString() + "s";
    }

    private static String formatFraction(long nanos) {
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        boolean micros = nanos < 1_000_000;
        String amount =
                BigDecimal.valueOf(nanos, micros ? 3 : 6).stripTrailingZeros().toPlainString();
        return amount + (micros ? "µs" : "ms");
    }
}
