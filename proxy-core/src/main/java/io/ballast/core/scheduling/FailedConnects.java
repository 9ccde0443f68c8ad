package io.ballast.core.scheduling;

/**
 * What failed connects in a row say against one endpoint; forgotten when one succeeds. Guarded by the lock of the
 * Service port, but for {@link #standing}, which anybody may read.
 */
final class FailedConnects {
    /** Whether new connections may come. */
    enum Standing {
        SELECTABLE,
        /** Its time is over: the next connection is its trial. */
        DUE,
        /** Set aside, or on trial. */
        EJECTED
    }

    volatile Standing standing = Standing.SELECTABLE;
    int inARow;
    /** How often it was set aside since it was last connected to. */
    int ejections;
    /** When it is due. */
    long untilNanos;
    /** One connection is out to find whether it is back. */
    boolean trialRuns;
}
