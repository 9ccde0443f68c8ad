package io.ballast.daemon.config;

import java.util.List;
import java.util.function.Function;

/**
 * How values of one type are read from a flag, read from a file and written to one. The readers throw {@link
 * IllegalArgumentException} with a message that follows the quoted value: {@code "x" is not a duration; want …}.
 * <em>Immutable.</em>
 *
 * @param flag reads every occurrence of a flag, in order; never called with an empty list
 * @param file reads a parsed YAML value: String, Boolean, Long, Double, List or Map, never null
 * @param document the value as YAML would hold it
 */
record Kind<T>(Function<List<String>, T> flag, Function<Object, T> file, Function<T, Object> document) {

    /** A kind whose flag counts only the last time it is given, and which a file holds as a string. */
    static <T> Kind<T> scalar(Function<String, T> parse, Function<T, Object> document) {
        return new Kind<>(values -> parse.apply(last(values)), raw -> parse.apply(string(raw)), document);
    }

    /** A kind whose flag counts only the last time it is given, and which a file holds as something else. */
    static <T> Kind<T> scalar(Function<String, T> parse, Function<Object, T> file, Function<T, Object> document) {
        return new Kind<>(values -> parse.apply(last(values)), file, document);
    }

    static String last(List<String> values) {
        return values.get(values.size() - 1);
    }

    static String string(Object raw) {
        if (raw instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("must be a string; put it in quotes");
    }
}
