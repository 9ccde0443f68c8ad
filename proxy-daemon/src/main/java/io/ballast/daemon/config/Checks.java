package io.ballast.daemon.config;

import io.ballast.core.model.GoDuration;
import java.time.Duration;

/** Checks that many values share; a failed one is added to the problems. */
final class Checks {
    private final Settings settings;
    private final Problems problems;

    Checks(Settings settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    void requirePositive(Field<Duration> field) {
        if (settings.get(field).isNegative() || settings.get(field).isZero()) {
            reject(field, "must be longer than 0");
        }
    }

    void requireNotNegative(Field<Duration> field) {
        if (settings.get(field).isNegative()) {
            reject(field, "must not be negative");
        }
    }

    void requireAtLeast(Field<Duration> field, Duration least) {
        if (settings.get(field).compareTo(least) < 0) {
            reject(field, "must be at least " + GoDuration.format(least));
        }
    }

    void requireAtLeast(Field<Integer> field, int least) {
        if (settings.get(field) < least) {
            reject(field, "must be at least " + least);
        }
    }

    void requireRange(Field<Integer> field, int least, int most) {
        int value = settings.get(field);
        if (value < least || value > most) {
            reject(field, "is outside the range " + least + " to " + most);
        }
    }

    /** Refuses a value that was given; the complaint goes on where the quoted value ends. */
    <T> void reject(Field<T> field, String complaint) {
        Object value = field.kind().document().apply(settings.get(field));
        problems.add(settings.origin(field), value, complaint);
    }
}
