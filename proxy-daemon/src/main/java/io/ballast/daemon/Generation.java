package io.ballast.daemon;

/** One daemon of this process, as {@link Generations} sees it. Thread-safe once started. */
interface Generation extends AutoCloseable {
    /** @param handedOver runs once another process has taken over; this one is to be drained then */
    void join(Runnable handedOver);

    /** Serves from now on, or once an earlier process has handed over or ended. */
    void start();

    /** Lets connections finish; returns once it has let go of everything. */
    void drain();

    @Override
    void close();
}
