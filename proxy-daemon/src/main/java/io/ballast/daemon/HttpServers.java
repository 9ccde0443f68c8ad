package io.ballast.daemon;

/**
 * The HTTP servers with fixed ports, which two processes of one node cannot both have: whoever is asked there is to be the
 * one that serves. <em>Confined to the sync thread</em>, but for {@link #close}.
 */
final class HttpServers implements AutoCloseable {
    private final HealthServers health;
    private final AdminServer admin;
    private boolean listening;

    /** Both are closed with this. */
    HttpServers(HealthServers health, AdminServer admin) {
        this.health = health;
        this.admin = admin;
    }

    /** Does nothing when they listen. */
    void listen() {
        if (!listening) {
            listening = true;
            health.start();
            admin.start();
        }
    }

    /** Leaves the ports to another process, until the next {@link #listen}. */
    void leave() {
        if (listening) {
            listening = false;
            health.leave();
            admin.leave();
        }
    }

    /** Opens the health check ports that the last sync asked for. */
    void afterSync() {
        health.afterSync();
    }

    @Override
    public void close() {
        admin.close();
        health.close();
    }
}
