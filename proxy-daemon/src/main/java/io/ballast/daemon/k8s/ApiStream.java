package io.ballast.daemon.k8s;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream, which fails when nothing arrives for too long: a peer that vanished without a word
 * would otherwise be waited for in vain. The next bytes are asked for when the last were read, so memory is bounded by
 * one delivery of the HTTP client. Read by one thread, filled by the client's threads.
 */
final class ApiStream extends InputStream implements AsyncBody.Consumer<List<ByteBuffer>> {
    /** Whose stream it is. */
    interface Owner {
        /** Something arrived. */
        void heard();

        /**
         * Nothing arrives just now.
         *
         * @return after how long to say so again
         */
        Duration waiting();

        /** Nothing arrived for too long; the reader hears of it next. */
        void silent();

        /** Nobody reads any more. */
        void closed(ApiStream stream);
    }

    private final Deque<ByteBuffer> arrived = new ArrayDeque<>();
    private final Owner owner;
    private @Nullable CompletableFuture<?> answer;
    private Duration idleLimit;
    private @Nullable AsyncBody body;
    private @Nullable Throwable failure;
    private boolean asked;
    private boolean ended;

    ApiStream(Duration idleLimit, Owner owner) {
        this.owner = owner;
        this.idleLimit = idleLimit;
    }

    /** What the head of the answer is waited for with. */
    synchronized <T> CompletableFuture<T> answer(CompletableFuture<T> head) {
        answer = head;
        if (failure != null) {
            head.completeExceptionally(failure);
        }
        return head;
    }

    /** Ends the request, whatever the client does. */
    synchronized void abandon() {
        WatchEndedException reason = new WatchEndedException("the connection was given up");
        if (!ended) {
            ended(reason);
        }
        if (answer != null) {
            answer.completeExceptionally(reason);
        }
    }

    synchronized void opened(AsyncBody source) {
        body = source;
        source.done().whenComplete((unused, error) -> ended(error));
    }

    /** How long nothing may arrive from now on. */
    synchronized void idleLimit(Duration limit) {
        idleLimit = limit;
    }

    @Override
    public synchronized void consume(List<ByteBuffer> bytes, AsyncBody source) {
        owner.heard();
        arrived.addAll(bytes);
        asked = false;
        notifyAll();
    }

    private synchronized void ended(@Nullable Throwable error) {
        ended = true;
        failure = error;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer next = next();
        if (next == null) {
            return -1;
        }
        int count = Math.min(length, next.remaining());
        next.get(target, offset, count);
        return count;
    }

    /** The first buffer with bytes in it, or null at the end. */
    private @Nullable ByteBuffer next() throws IOException {
        long deadline = System.nanoTime() + idleLimit.toNanos();
        try {
            while (!isReady()) {
                if (!asked && body != null) {
                    asked = true;
                    // May deliver at once, on this thread.
                    body.consume();
                    continue;
                }
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    owner.silent();
                    throw new SocketTimeoutException("nothing arrived for " + idleLimit.toSeconds() + " s");
                }
                wait(Math.min(millis, owner.waiting().toMillis() + 1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("closed").initCause(e);
        }
        if (arrived.isEmpty() && failure instanceof WatchEndedException givenUp) {
            throw givenUp;
        }
        if (arrived.isEmpty() && failure != null) {
            throw new IOException("the connection broke: " + failure.getMessage(), failure);
        }
        return arrived.peek();
    }

    private boolean isReady() {
        while (!arrived.isEmpty() && !arrived.element().hasRemaining()) {
            arrived.remove();
        }
        return ended || !arrived.isEmpty();
    }

    @Override
    public synchronized void close() {
        owner.closed(this);
        if (body != null) {
            body.cancel();
        }
    }
}
