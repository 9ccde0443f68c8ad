package io.ballast.netty.tcp;

import io.ballast.netty.linux.uring.CallBatch;
import io.netty.channel.IoRegistration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors to close when the events that epoll has already reported are handled. The kernel would hand the number out
 * again at once, and a leftover event would reach a connection that it is not about. Confined to the event loop.
 */
final class Closings implements Runnable {
    private final Consumer<Runnable> atEndOfTurn;
    private final @Nullable CallBatch batch;
    private final List<Closing> closing = new ArrayList<>();

    private record Closing(EpollSocket socket, @Nullable IoRegistration registration) {
        void unregister() {
            if (registration != null) {
                registration.cancel();
            }
        }
    }

    /** @param batch null where each is closed with a system call of its own */
    Closings(Consumer<Runnable> atEndOfTurn, @Nullable CallBatch batch) {
        this.atEndOfTurn = atEndOfTurn;
        this.batch = batch;
    }

    void add(EpollSocket socket, @Nullable IoRegistration registration) {
        closing.add(new Closing(socket, registration));
        if (closing.size() == 1) {
            atEndOfTurn.accept(this);
        }
    }

    @Override
    public void run() {
        if (batch == null || closing.size() == 1) {
            closing.forEach(each -> each.socket.closeQuietly());
        } else {
            for (int i = 0; i < closing.size(); i += batch.capacity()) {
                close(closing.subList(i, Math.min(i + batch.capacity(), closing.size())), batch);
            }
        }
        closing.forEach(Closing::unregister);
        closing.clear();
    }

    private static void close(List<Closing> some, CallBatch together) {
        some.forEach(each -> each.socket.close(together));
        together.perform();
        for (int i = 0; i < some.size(); i++) {
            some.get(i).socket.hasClosed(together.result(i));
        }
    }
}
