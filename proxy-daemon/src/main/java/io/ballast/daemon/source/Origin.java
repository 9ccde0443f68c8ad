package io.ballast.daemon.source;

/** Who wrote an object, which decides what may be missing from it and what may be in it. */
public enum Origin {
    /** The API server: it has filled in defaults and validated. */
    API,
    /**
     * A person: the API server's defaults are filled in here (namespace {@code default}, an unnamed slice port), and
     * loopback endpoints are accepted.
     */
    FILES
}
