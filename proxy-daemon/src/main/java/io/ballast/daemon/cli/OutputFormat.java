package io.ballast.daemon.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a command shows what it found. */
enum OutputFormat {
    TABLE,
    JSON;

    /** Reads the value of {@code -o}. */
    static final class Converter implements ITypeConverter<OutputFormat> {
        @Override
        public OutputFormat convert(String value) {
            return switch (value) {
                case "table" -> TABLE;
                case "json" -> JSON;
                default -> throw new TypeConversionException("\"" + value + "\" is not known; want table or json");
            };
        }
    }
}
