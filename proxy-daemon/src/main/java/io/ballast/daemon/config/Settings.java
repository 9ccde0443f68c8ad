package io.ballast.daemon.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values that were given, each with where it came from. Confined to one thread. */
final class Settings {
    private final Map<Field<?>, Setting> given = new LinkedHashMap<>();

    private record Setting(Object value, String origin) {}

    /** Gives a field a value; a later one replaces it. */
    <T> void put(Field<T> field, T value, String origin) {
        given.put(field, new Setting(value, origin));
    }

    /** Takes over what the other settings give. */
    void putAll(Settings others) {
        given.putAll(others.given);
    }

    /** Takes over what the other settings give for one field. */
    void copy(Field<?> field, Settings others) {
        Setting setting = others.given.get(field);
        if (setting != null) {
            given.put(field, setting);
        }
    }

    boolean isGiven(Field<?> field) {
        return given.containsKey(field);
    }

    /** The value given, or the default. */
    <T> T get(Field<T> field) {
        return find(field).orElse(field.defaultValue());
    }

    // put() is the only way in, and ties a value's type to its field's.
    @SuppressWarnings("unchecked")
    <T> Optional<T> find(Field<T> field) {
        return Optional.ofNullable(given.get(field)).map(setting -> (T) setting.value());
    }

    /** Whether the field was given a value other than its default. */
    boolean isChanged(Field<?> field) {
        return find(field).filter(value -> !value.equals(field.defaultValue())).isPresent();
    }

    /** Where the value came from, as an operator would look for it. */
    String origin(Field<?> field) {
        @Nullable Setting setting = given.get(field);
        return setting == null ? field.path() : setting.origin();
    }
}
