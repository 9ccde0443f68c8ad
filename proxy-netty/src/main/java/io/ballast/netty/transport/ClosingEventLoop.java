package io.ballast.netty.transport;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;

/**
 * An event loop that closes what is open on it before it ends, whenever it is told to end. Netty's own (4.2.18) asks once
 * a turn, after I/O, whether it is to close everything, and again after its tasks whether it is to end: told so in
 * between, it ends and leaves descriptors open, handlers untold, and buffers that wait to be written lost.
 * <em>Thread-safe</em> as any event loop; what is overridden here runs on its thread.
 */
final class ClosingEventLoop extends SingleThreadIoEventLoop {
    /** Whether Netty closes everything in this turn, or there is no next one. */
    private boolean closes;

    ClosingEventLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlers) {
        super(group, executor, handlers);
    }

    @Override
    protected void run() {
        try {
            super.run();
        } finally {
            closes = true;
        }
    }

    @Override
    protected int runIo() {
        int handled = super.runIo();
        closes = isShuttingDown();
        return handled;
    }

    @Override
    protected boolean confirmShutdown() {
        if (isShuttingDown() && !closes) {
            execute(() -> {}); // So that the next turn does not wait for I/O.
            return false;
        }
        return super.confirmShutdown();
    }
}
