package io.ballast.netty.udp;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.Callable;

/** Calls from other threads to an event loop that wait for the result: sockets belong to their loop's namespace. */
final class LoopCalls {
    private LoopCalls() {}

    static <T> T call(EventLoop loop, Callable<T> body) throws IOException {
        Future<T> done = loop.submit(body).awaitUninterruptibly();
        if (done.cause() != null) {
            throw new IOException(done.cause().getMessage(), done.cause());
        }
        return done.getNow();
    }

    /** A loop that has ended has closed everything by itself. */
    static void run(EventLoop loop, Runnable body) {
        if (!loop.isShuttingDown()) {
            loop.submit(body).awaitUninterruptibly();
        }
    }
}
