package io.ballast.daemon.source;

import org.jspecify.annotations.Nullable;

/**
 * Replaces equal strings by one instance, so that a name repeated in 100 000 endpoints is stored once.
 *
 * <p>A direct-mapped table: bounded, without locks, and forgetful instead of growing when many different strings pass.
 * <em>Thread-safe</em>: a race costs a duplicate, never a wrong string, since strings are safely published by their
 * final fields.
 */
final class Canonical {
    private static final int SLOTS = 1 << 13;
    /** Longer ones are no names, and would be kept alive by their slots. */
    private static final int LONGEST = 256;

    private final @Nullable String[] table = new String[SLOTS];

    String of(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        String known = table[slot];
        if (known != null && known.equals(text)) {
            return known;
        }
        table[slot] = text;
        return text;
    }
}
