package io.ballast.daemon.config;

import java.util.List;
import java.util.Map;

/** Turns typed flags into settings. */
final class FlagReader {
    private static final List<Kind<?>> TYPED = List.of(Kinds.BOOL, Kinds.INT, Kinds.FLOAT, Kinds.DURATION);

    private final Problems problems;

    FlagReader(Problems problems) {
        this.problems = problems;
    }

    /** Reads every flag, also those that will not count: a wrong value is a mistake either way, as upstream has it. */
    Settings read(FlagValues flags) {
        Settings settings = new Settings();
        for (Map.Entry<Flag, List<String>> entry : flags.all().entrySet()) {
            for (Field<?> field : entry.getKey().fields()) {
                read(field, entry.getKey(), entry.getValue(), settings);
            }
        }
        return settings;
    }

    private <T> void read(Field<T> field, Flag flag, List<String> values, Settings settings) {
        if (isUnset(field, Kind.last(values))) {
            return;
        }
        try {
            settings.put(field, field.kind().flag().apply(values), flag.option());
        } catch (IllegalArgumentException e) {
            problems.add(flag.option(), String.join(",", values), String.valueOf(e.getMessage()));
        }
    }

    /** An empty text is the same as no flag, except where a number, a duration or a truth is wanted. */
    private static boolean isUnset(Field<?> field, String value) {
        return value.isEmpty() && !TYPED.contains(field.kind());
    }
}
