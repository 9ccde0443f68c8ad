package io.ballast.daemon.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One document of a configuration file, as a tree that still knows its line numbers. <em>Immutable.</em>
 *
 * @param root the document's mapping
 */
record YamlDocument(Mapping root) {

    /** Anything a document consists of. */
    sealed interface Value permits Scalar, Mapping, Sequence {
        int line();
    }

    /** A single value: String, Boolean, Long or Double; null where the document says null. */
    record Scalar(@Nullable Object value, int line) implements Value {}

    /** A mapping, with every entry in the order of the file, so that a key may occur twice. */
    record Mapping(List<Entry> entries, int line) implements Value {
        /** The text under this key, or an empty one. */
        String text(String key) {
            return entries.stream()
                    .filter(entry -> entry.key().equals(key))
                    .map(Entry::value)
                    .filter(value -> value instanceof Scalar scalar && scalar.value() instanceof String)
                    .map(value -> String.valueOf(((Scalar) value).value()))
                    .findFirst()
                    .orElse("");
        }
    }

    /** A list. */
    record Sequence(List<Value> items, int line) implements Value {}

    /** One key of a mapping. */
    record Entry(String key, int line, Value value) {}

    String apiVersion() {
        return root.text("apiVersion");
    }

    String kind() {
        return root.text("kind");
    }

    /** The value as plain Java, for the kinds that read lists and mappings; null stays null. */
    static @Nullable Object plain(Value value) {
        if (value instanceof Scalar scalar) {
            return scalar.value();
        }
        if (value instanceof Sequence sequence) {
            return sequence.items().stream().map(YamlDocument::plain).toList();
        }
        if (value instanceof Mapping mapping) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            mapping.entries().forEach(entry -> map.put(entry.key(), plain(entry.value())));
            return map;
        }
        throw new AssertionError("unknown kind of value " + value);
    }
}
