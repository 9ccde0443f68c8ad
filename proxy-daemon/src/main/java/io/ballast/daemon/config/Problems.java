package io.ballast.daemon.config;

import java.util.ArrayList;
import java.util.List;

/** Collects mistakes, so that an operator sees all of them at once. Confined to one thread. */
final class Problems {
    private static final int MAX_QUOTED = 120;

    private final List<String> found = new ArrayList<>();

    /** A mistake without a value. */
    void add(String origin, String complaint) {
        String problem = origin + ": " + complaint;
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** A mistake in a value; the complaint goes on where the quoted value ends. */
    void add(String origin, Object value, String complaint) {
        String text = String.valueOf(value);
        String shown = text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
        add(origin, "\"" + shown.replace("\n", "\\n") + "\" " + complaint);
    }

    void throwIfAny() throws InvalidConfigException {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(found);
        }
    }
}
