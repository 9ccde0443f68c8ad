package io.ballast.netty.tcp;

import io.ballast.netty.transport.EventLoops;
import io.netty.channel.IoEventLoop;
import java.util.concurrent.CountDownLatch;

/** Event loops that are kept busy until told otherwise. */
final class BusyLoops {
    private final CountDownLatch end = new CountDownLatch(1);

    static BusyLoops start(EventLoops loops) throws InterruptedException {
        BusyLoops busy = new BusyLoops();
        CountDownLatch started = new CountDownLatch(loops.size());
        for (IoEventLoop loop : loops.all()) {
            loop.execute(() -> {
                started.countDown();
                busy.await();
            });
        }
        started.await();
        return busy;
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void end() {
        end.countDown();
    }
}
