package io.ballast.daemon.config;

import io.ballast.core.model.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The kinds of value that kube-proxy's configuration is made of. */
final class Kinds {
    private static final Pattern QUANTITY = Pattern.compile("[0-9]+(\\.[0-9]+)?([KMGTPE]i|[kMGTPE])?");

    static final Kind<String> STRING = Kind.scalar(Kinds::parseString, text -> text);

    static final Kind<Boolean> BOOL = Kind.scalar(GoScalars::parseBool, Kinds::fileBool, value -> value);

    static final Kind<Integer> INT = Kind.scalar(GoScalars::parseInt, Kinds::fileInt, value -> value);

    static final Kind<Float> FLOAT = Kind.scalar(Kinds::parseFloat, Kinds::fileFloat, Kinds::floatDocument);

    static final Kind<Duration> DURATION = Kind.scalar(GoDuration::parse, GoDuration::format);

    /** {@code logging.flushFrequency}: a duration, or in a file also a number of nanoseconds. */
    static final Kind<Duration> DURATION_OR_NANOS = Kind.scalar(
            GoDuration::parse,
            raw -> raw instanceof Long nanos ? Duration.ofNanos(nanos) : GoDuration.parse(Kind.string(raw)),
            GoDuration::format);

    /** A Kubernetes quantity. Nothing here computes with it, so it stays text. */
    static final Kind<String> QUANTITY_TEXT =
            Kind.scalar(Kinds::parseQuantity, raw -> parseQuantity(raw.toString()), text -> text);

    /** A list; a flag holds it separated by commas, and may be given several times. */
    static final Kind<List<String>> STRINGS =
            new Kind<>(Kinds::splitAll, Kinds::fileStrings, values -> new ArrayList<>(values));

    /** {@code A=true,B=false}, or a mapping in a file. */
    static final Kind<Map<String, Boolean>> BOOL_MAP =
            new Kind<>(Kinds::flagBoolMap, Kinds::fileBoolMap, values -> new LinkedHashMap<>(values));

    private Kinds() {}

    /** One word of an enum's labels. */
    static <E extends Enum<E> & Labelled> Kind<E> oneOf(Class<E> type) {
        return Kind.scalar(text -> Labelled.parse(type, text), Labelled::label);
    }

    /** The comma-separated parts of all occurrences, without the blanks around them. */
    static List<String> splitAll(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** Any text but one with a NUL, which neither a path nor an interface's name can hold. */
    private static String parseString(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("has a NUL character; take it out");
        }
        return text;
    }

    private static Boolean fileBool(Object raw) {
        if (raw instanceof Boolean value) {
            return value;
        }
        throw new IllegalArgumentException("must be true or false, without quotes");
    }

    static Integer fileInt(Object raw) {
        if (raw instanceof Long value && value.intValue() == value) {
            return value.intValue();
        }
        throw new IllegalArgumentException("is not a whole number from -2147483648 to 2147483647");
    }

    private static Float fileFloat(Object raw) {
        if (raw instanceof Long || raw instanceof Double) {
            return parseFloat(raw.toString());
        }
        throw new IllegalArgumentException("is not a number");
    }

    private static Float parseFloat(String text) {
        try {
            float value = Float.parseFloat(text);
            if (Float.isFinite(value)) {
                return value;
            }
            throw new IllegalArgumentException("is not a finite number");
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not a number", e);
        }
    }

    private static Object floatDocument(Float value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9 ? (Object) (long) value.floatValue() : value;
    }

    private static String parseQuantity(String text) {
        if (QUANTITY.matcher(text).matches()) {
            return text;
        }
        throw new IllegalArgumentException("is not a quantity; want for example 0, 512, 64Ki or 1M");
    }

    private static List<String> fileStrings(Object raw) {
        if (raw instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException("must be a list of strings");
    }

    private static Map<String, Boolean> flagBoolMap(List<String> values) {
        Map<String, Boolean> map = new LinkedHashMap<>();
        for (String pair : splitAll(values)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("is not of the form Name=true,Other=false");
            }
            map.put(
                    pair.substring(0, equals).trim(),
                    GoScalars.parseBool(pair.substring(equals + 1).trim()));
        }
        return Collections.unmodifiableMap(map);
    }

    private static Map<String, Boolean> fileBoolMap(Object raw) {
        if (!(raw instanceof Map<?, ?> entries)) {
            throw new IllegalArgumentException("must be a mapping of names to true or false");
        }
        Map<String, Boolean> map = new LinkedHashMap<>();
        entries.forEach((name, value) -> map.put(String.valueOf(name), fileBool(value)));
        return Collections.unmodifiableMap(map);
    }
}
