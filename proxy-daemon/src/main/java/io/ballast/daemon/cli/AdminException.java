package io.ballast.daemon.cli;

/** The daemon's admin server could not be asked, or did not answer as one. The message is for the operator. */
final class AdminException extends Exception {
    private static final long serialVersionUID = 1L;

    AdminException(String message) {
        super(message);
    }

    AdminException(String message, Throwable cause) {
        super(message, cause);
    }
}
