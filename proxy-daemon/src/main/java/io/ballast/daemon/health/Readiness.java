package io.ballast.daemon.health;

/**
 * Whether this process serves traffic: the first sync is done and its frontends are listening. <em>Immutable.</em>
 *
 * @param reason what is still missing, {@code ""} when ready
 */
public record Readiness(boolean ready, String reason) {
    public static final Readiness READY = new Readiness(true, "");

    public static Readiness waitingFor(String reason) {
        return new Readiness(false, reason);
    }
}
