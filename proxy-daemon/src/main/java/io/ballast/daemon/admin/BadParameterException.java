package io.ballast.daemon.admin;

/** A request's parameter cannot be read; the message names it and says what it may be. */
final class BadParameterException extends Exception {
    private static final long serialVersionUID = 1L;

    BadParameterException(String message) {
        super(message);
    }
}
