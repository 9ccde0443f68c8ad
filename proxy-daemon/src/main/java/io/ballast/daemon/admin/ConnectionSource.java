package io.ballast.daemon.admin;

import io.ballast.netty.tcp.ConnectionView;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The connections and sessions of the data path, which alone may look at them. Thread-safe; must not block. */
public interface ConnectionSource {
    /** How many are open. */
    int open();

    /** At most that many of them, in no particular order; completed on any thread. */
    CompletableFuture<List<ConnectionView>> snapshot(int limit);
}
