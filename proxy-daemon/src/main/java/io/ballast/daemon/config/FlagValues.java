package io.ballast.daemon.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The flags of one command line as they were typed, every occurrence in order. Confined to one thread. */
public final class FlagValues {
    private final Map<Flag, List<String>> values = new LinkedHashMap<>();

    /** Notes one occurrence of a flag. */
    public FlagValues add(Flag flag, String value) {
        values.computeIfAbsent(flag, key -> new ArrayList<>()).add(value);
        return this;
    }

    Map<Flag, List<String>> all() {
        return values;
    }
}
