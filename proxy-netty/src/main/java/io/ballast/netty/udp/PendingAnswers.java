package io.ballast.netty.udp;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for the answers that clients of one event loop have asked for lately. <em>Confined to the event loop.</em> */
final class PendingAnswers implements Runnable {
    private static final long LOOK_MILLIS = 20;

    private final UdpLoop loop;
    private final long begunNanos;
    private final long mostNanos;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private PendingAnswers(UdpLoop loop, Duration most) {
        this.loop = loop;
        begunNanos = loop.ticker().nanos();
        mostNanos = most.toNanos();
    }

    /** Any thread. Complete once there are none, or after that time; what was asked longer ago is not waited for. */
    static CompletableFuture<Void> await(UdpLoop loop, Duration most) {
        PendingAnswers pending = new PendingAnswers(loop, most);
        loop.loop().execute(pending);
        return pending.done;
    }

    @Override
    public void run() {
        boolean over = loop.ticker().nanos() - begunNanos >= mostNanos;
        if (over || !loop.sessions().isAwaiting(begunNanos - mostNanos)) {
            done.complete(null);
        } else {
            loop.loop().schedule(this, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
