package io.ballast.daemon.k8s;

import io.ballast.daemon.source.SourceStatus;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a reflector tells of itself. Thread-safe. */
final class ReflectorState {
    private final String plural;
    private final Clock clock = Clock.systemUTC();
    private boolean synced;
    private String version = "";
    private @Nullable Instant connectedSince;
    private long lists;
    private long watches;
    private long failures;
    private String lastError = "";
    private @Nullable Instant lastErrorAt;

    ReflectorState(String plural) {
        this.plural = plural;
    }

    synchronized void listing() {
        lists++;
    }

    synchronized void watching() {
        watches++;
    }

    synchronized void connected() {
        if (connectedSince == null) {
            connectedSince = clock.instant();
        }
    }

    /** A list was delivered; whether it was the first. */
    synchronized boolean synced(String at) {
        boolean first = !synced;
        synced = true;
        version = at;
        return first;
    }

    synchronized void at(String newest) {
        version = newest;
    }

    synchronized void failed(@Nullable String error) {
        failures++;
        connectedSince = null;
        lastError = String.valueOf(error);
        lastErrorAt = clock.instant();
    }

    synchronized SourceStatus.Resource snapshot(int objects) {
        return new SourceStatus.Resource(
                plural, synced, objects, version, connectedSince, lists, watches, failures, lastError, lastErrorAt);
    }
}
