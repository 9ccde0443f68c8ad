package io.ballast.netty.tcp;

import io.ballast.core.model.CloseReason;
import java.time.Duration;

/** Hears of each relayed connection when it has ended; {@code --connection-log}. */
@FunctionalInterface
public interface ConnectionLog {
    /** Nobody listens. */
    ConnectionLog NONE = (connection, reason, duration) -> {};

    /** Called on event loops; must neither block nor throw. */
    void closed(ConnectionView connection, CloseReason reason, Duration duration);
}
