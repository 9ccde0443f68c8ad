package io.ballast.netty.cleanup;

/**
 * One thing that a cleanup came across. <em>Immutable.</em>
 *
 * @param what as operators know it: {@code route local 10.96.0.10 dev lo}
 * @param reason why it was not removed, "" when it was
 */
public record Removal(Outcome outcome, String what, String reason) {
    /** How it went. */
    public enum Outcome {
        REMOVED,
        /** Not looked at, since there is nothing to look with; no failure. */
        SKIPPED,
        FAILED
    }

    static Removal removed(String what) {
        return new Removal(Outcome.REMOVED, what, "");
    }

    static Removal skipped(String what, String reason) {
        return new Removal(Outcome.SKIPPED, what, reason);
    }

    static Removal failed(String what, String reason) {
        return new Removal(Outcome.FAILED, what, reason);
    }

    static Removal failed(String what, RuntimeException cause) {
        return failed(what, String.valueOf(cause.getMessage()));
    }

    public boolean hasFailed() {
        return outcome == Outcome.FAILED;
    }

    /** One line for people. */
    @Override
    public String toString() {
        return switch (outcome) {
            case REMOVED -> "removed " + what;
            case SKIPPED -> "skipped " + what + ": " + reason;
            case FAILED -> "FAILED to remove " + what + ": " + reason;
        };
    }
}
