package io.ballast.daemon.testing;

import java.util.concurrent.CountDownLatch;

/** What goes wrong with one request. */
public sealed interface TestFault {
    /** An error instead of an answer. */
    record Status(int code, String reason) implements TestFault {}

    /** An error that asks to come back after so many seconds. */
    record Busy(int code, int retryAfterSeconds) implements TestFault {}

    /** A success that says something else than what was asked for. */
    record Nonsense(String json) implements TestFault {}

    /** The connection is closed without an answer. */
    record Hangup() implements TestFault {}

    /** The answer begins and stops after so many bytes, then the connection is cut. */
    record Truncated(int bytes) implements TestFault {}

    /** Nothing is answered before the latch opens. */
    record Delayed(CountDownLatch until) implements TestFault {}
}
