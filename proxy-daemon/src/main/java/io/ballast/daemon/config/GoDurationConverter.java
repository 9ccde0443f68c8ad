package io.ballast.daemon.config;

import io.ballast.core.model.GoDuration;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as Go writes them, such as {@code 1h30m}, for Picocli. Immutable. */
public final class GoDurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
        try {
            return GoDuration.parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("\"" + value + "\" " + e.getMessage());
        }
    }
}
