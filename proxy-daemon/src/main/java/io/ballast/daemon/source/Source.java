package io.ballast.daemon.source;

/**
 * Where Services, EndpointSlices and the own Node come from: the Kubernetes API, or files. Delivers to the
 * {@link io.ballast.core.spi.ObjectSink} it was made with, from threads of its own, until closed. Thread-safe.
 */
public interface Source extends AutoCloseable {
    /** Begins to deliver; returns at once. */
    void start();

    /** What is known of the source now, for the status page and {@code /statusz}. */
    SourceStatus status();

    /** Stops delivering; nothing is delivered after the return. */
    @Override
    void close();
}
