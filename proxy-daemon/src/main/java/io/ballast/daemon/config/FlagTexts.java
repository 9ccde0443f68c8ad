package io.ballast.daemon.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The flags of a command line as pflag prints them. Stateless. */
final class FlagTexts {
    private FlagTexts() {}

    /** Every flag with the value that was typed, or its default: a file's values are not among them. */
    static SortedMap<String, String> of(Settings typed) {
        SortedMap<String, String> texts = new TreeMap<>();
        Flags.all().forEach(flag -> texts.put(flag.name(), text(flag.fields().get(0), typed)));
        return Collections.unmodifiableSortedMap(texts);
    }

    private static <T> String text(Field<T> field, Settings typed) {
        Object plain = field.kind().document().apply(typed.get(field));
        if (plain instanceof List<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
        }
        if (plain instanceof Map<?, ?> map) {
            return map.entrySet().stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return String.valueOf(plain);
    }
}
