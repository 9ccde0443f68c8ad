package io.ballast.daemon.k8s;

import java.io.IOException;

/** A watch that had been opened ended before its time. The server was there, so this alone alarms nobody. */
final class WatchEndedException extends IOException {
    private static final long serialVersionUID = 1L;

    WatchEndedException(String message) {
        super(message);
    }

    WatchEndedException(String message, Throwable cause) {
        super(message, cause);
    }
}
