package io.ballast.core.tracking;

import io.ballast.core.model.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one Service's annotations. A value that cannot be used is a problem, and the default stays. <em>Confined to the
 * sync thread.</em>
 */
final class AnnotationReader {
    static final String PREFIX = "ballast.io/";

    private final Map<String, String> annotations;
    private final Consumer<Problem> problems;

    AnnotationReader(Map<String, String> annotations, Consumer<Problem> problems) {
        this.annotations = annotations;
        this.problems = problems;
    }

    /** The value without the blanks around it, null where there is no such annotation. */
    @Nullable
    String text(String key) {
        String value = annotations.get(key);
        return value == null ? null : value.strip();
    }

    Duration duration(String name, Duration least, Duration most, Duration fallback) {
        String text = text(PREFIX + name);
        if (text == null) {
            return fallback;
        }
        try {
            Duration duration = GoDuration.parse(text);
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
            String bounds = "must be from " + GoDuration.format(least) + " to " + GoDuration.format(most);
            reject(name, text, bounds, GoDuration.format(fallback));
        } catch (IllegalArgumentException e) {
            reject(name, text, String.valueOf(e.getMessage()), GoDuration.format(fallback));
        }
        return fallback;
    }

    int integer(String name, int least, int most, int fallback) {
        String text = text(PREFIX + name);
        if (text == null) {
            return fallback;
        }
        if (text.matches("[0-9]{1,9}")) {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        reject(name, text, "must be a number from " + least + " to " + most, String.valueOf(fallback));
        return fallback;
    }

    /** One of a few words; the answer is its position, or that of the fallback. */
    int word(String name, List<String> words, int fallback) {
        String text = text(PREFIX + name);
        if (text == null) {
            return fallback;
        }
        int position = words.indexOf(text);
        if (position < 0) {
            String kept = fallback < 0 ? "none" : words.get(fallback);
            reject(name, text, "must be one of " + String.join(", ", words), kept);
        }
        return position < 0 ? fallback : position;
    }

    private void reject(String name, String value, String rule, String kept) {
        problem(
                Problem.ANNOTATION,
                "Annotation " + PREFIX + name + ": " + Problem.quoted(value) + " " + rule + ". Until it is corrected, "
                        + kept + " applies.");
    }

    void problem(String reason, String message) {
        problems.accept(new Problem(reason, message));
    }
}
