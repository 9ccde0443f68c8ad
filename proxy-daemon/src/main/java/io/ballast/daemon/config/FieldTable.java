package io.ballast.daemon.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects the fields of one document while the class that names them is initialised. Confined to that class. */
final class FieldTable {
    private final Field.Home home;
    private final List<Field<?>> fields = new ArrayList<>();

    FieldTable(Field.Home home) {
        this.home = home;
    }

    /** A field that means something to Ballast. */
    <T> Field<T> acting(String path, Kind<T> kind, T defaultValue) {
        return add(new Field<>(home, path, kind, defaultValue, false, true));
    }

    /** As {@link #acting}; zero in a file means the default. */
    <T> Field<T> actingNonZero(String path, Kind<T> kind, T defaultValue) {
        return add(new Field<>(home, path, kind, defaultValue, true, true));
    }

    /** A field that is read and checked, and has no effect in user space. */
    <T> Field<T> ignored(String path, Kind<T> kind, T defaultValue) {
        return add(new Field<>(home, path, kind, defaultValue, false, false));
    }

    /** As {@link #ignored}; zero in a file means the default. */
    <T> Field<T> ignoredNonZero(String path, Kind<T> kind, T defaultValue) {
        return add(new Field<>(home, path, kind, defaultValue, true, false));
    }

    private <T> Field<T> add(Field<T> field) {
        fields.add(field);
        return field;
    }

    List<Field<?>> all() {
        return Collections.unmodifiableList(fields);
    }
}
