package io.ballast.daemon.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints the tour, and remembers whether everything it said was true. Confined to the tour's thread.
 */
final class Narrator {
    private final PrintWriter out;
    private int held;
    private int broken;

    Narrator(PrintWriter out) {
        this.out = out;
    }

    void chapter(String title) {
        out.println();
        out.println("== " + title);
        out.flush();
    }

    void say(String text) {
        out.println("   " + text);
        out.flush();
    }

    /**
     * Prints a claim with what was seen, and whether it held.
     *
     * @param seen text, names in order, or counts by name
     */
    void claim(boolean holds, String claim, Object seen) {
        if (holds) {
            held++;
        } else {
            broken++;
        }
        out.printf("   %s %-56s %s%n", holds ? "ok  " : "FAIL", claim, text(seen));
        out.flush();
    }

    private static String text(Object seen) {
        if (seen instanceof Map<?, ?> counts) {
            return counts.entrySet().stream()
                    .map(count -> count.getValue() + "x " + count.getKey())
                    .collect(Collectors.joining("  "));
        }
        return seen instanceof List<?> names
                ? names.stream().map(String::valueOf).collect(Collectors.joining(" "))
                : seen.toString();
    }

    /** Whether nothing that was claimed failed, and something was claimed. */
    boolean allTrue() {
        return broken == 0 && held > 0;
    }

    String summary() {
        return held + " of " + (held + broken) + " claims held";
    }
}
