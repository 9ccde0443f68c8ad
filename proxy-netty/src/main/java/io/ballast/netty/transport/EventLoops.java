package io.ballast.netty.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that move bytes: one event loop each, all of one transport. Everything of one connection or session
 * happens on one of them. <em>Thread-safe.</em>
 *
 * <p>A socket belongs to the network namespace of the thread that opens it, so all sockets are opened on loops: a
 * thread factory whose threads enter a namespace first moves the whole data path there.
 */
public final class EventLoops implements AutoCloseable {
    private final IoTransport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<IoEventLoop> loops;
    private final AtomicInteger turn = new AtomicInteger();

    private EventLoops(IoTransport transport, MultiThreadIoEventLoopGroup group) {
        this.transport = transport;
        this.group = group;
        List<IoEventLoop> all = new ArrayList<>();
        for (EventExecutor executor : group) {
            all.add((IoEventLoop) executor);
        }
        this.loops = List.copyOf(all);
    }

    /** As many loops as there are processors. */
    public static int defaultCount() {
        return Runtime.getRuntime().availableProcessors();
    }

    public static EventLoops start(IoTransport transport, int count) {
        return start(transport, count, new DefaultThreadFactory("ballast-io", true));
    }

    /**
     * @param threads each loop runs on one of its threads from the first task on
     * @throws IllegalStateException where the transport is not available; the message says why
     */
    public static EventLoops start(IoTransport transport, int count, ThreadFactory threads) {
        transport.unavailability().ifPresent(reason -> {
            throw new IllegalStateException("transport " + transport.label() + " is not available: " + reason);
        });
        return new EventLoops(transport, new Group(count, threads, transport.newHandlerFactory()));
    }

    private static final class Group extends MultiThreadIoEventLoopGroup {
        Group(int count, ThreadFactory threads, IoHandlerFactory handlers) {
            super(count, threads, handlers);
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... arguments) {
            return new ClosingEventLoop(this, executor, handlers);
        }
    }

    public IoTransport transport() {
        return transport;
    }

    /** All loops, always in the same order. */
    public List<IoEventLoop> all() {
        return loops;
    }

    public int size() {
        return loops.size();
    }

    /** The loops in turn. */
    public IoEventLoop next() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    /** Ends the threads; what is still open on them is closed. Waits for them, up to five seconds. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
