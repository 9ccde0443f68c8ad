package io.ballast.daemon.k8s;

/** The API cannot be reached as configured, and waiting will not help. The message names option and remedy; exit 2. */
public final class ClientConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ClientConfigException(String message) {
        super(message);
    }

    ClientConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
