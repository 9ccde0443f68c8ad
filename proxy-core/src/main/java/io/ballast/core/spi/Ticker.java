package io.ballast.core.spi;

/** A monotonic clock. Thread-safe. Tests pass one they advance by hand. */
@FunctionalInterface
public interface Ticker {
    /** Nanoseconds since an arbitrary origin; compare by subtraction only. */
    long nanos();

    /** The system's monotonic clock. */
    static Ticker system() {
        return System::nanoTime;
    }
}
