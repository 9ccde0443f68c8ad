package io.ballast.daemon.cli;

import io.ballast.daemon.config.Flag;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.Flags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command line that is nothing but the daemon's flags. */
final class FlagLine {
    private FlagLine() {}

    /**
     * The values that Picocli would find; empty where there is anything else, which may be right or wrong.
     *
     * @param words as {@link GoFlagSyntax} writes them
     */
    static Optional<FlagValues> read(String... words) {
        Map<Flag, List<String>> typed = new HashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            Optional<Flag> flag =
                    equals > 0 && word.startsWith("--") ? Flags.find(word.substring(2, equals)) : Optional.empty();
            if (flag.isEmpty()) {
                return Optional.empty();
            }
            typed.computeIfAbsent(flag.get(), key -> new ArrayList<>()).add(word.substring(equals + 1));
        }
        FlagValues values = new FlagValues();
        for (Flag flag : Flags.all()) {
            typed.getOrDefault(flag, List.of()).forEach(value -> values.add(flag, value));
        }
        return Optional.of(values);
    }
}
