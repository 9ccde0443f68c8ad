package io.ballast.daemon.check;

import java.util.Locale;

/**
 * Something to tell about a file. <em>Immutable.</em>
 *
 * @param place as in {@code web.yaml:12 (document 2)}, "" where the message has it
 * @param subject kind and name of the object, "" where it is about the file
 * @param reason as on the daemon's Event, "" where there is none
 * @param message as the daemon words it
 */
public record Finding(Severity severity, String place, String subject, String reason, String message) {
    /** What a finding means for the exit code. */
    public enum Severity {
        /** Something that is written is not served, or the file cannot be used. */
        ERROR,
        /** Everything is served, though not all in the way that is asked for. */
        WARNING,
        /** Worth knowing. */
        NOTE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One line for people. */
    @Override
    public String toString() {
        return (place.isEmpty() ? "" : place + ": ") + severity.label() + ": "
                + (subject.isEmpty() ? "" : subject + ": ") + message;
    }
}
