package io.ballast.netty.listener;

import io.ballast.netty.tcp.TcpConnections;
import io.ballast.netty.tcp.TcpIntake;
import io.netty.channel.IoEventLoop;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where the clients of one listening socket go: all to the loop that accepted them, or to all loops in turn. Confined
 * to the accepting loop.
 */
final class AcceptTarget {
    private final List<IoEventLoop> loops;
    private final List<TcpIntake> intakes;
    private int turn;

    AcceptTarget(TcpConnections connections, List<IoEventLoop> loops) {
        this.loops = List.copyOf(loops);
        this.intakes = loops.stream().map(connections::intake).toList();
    }

    /** Has the client taken by the next loop, at once where that is the calling one. */
    void next(Consumer<TcpIntake> client) {
        turn = turn + 1 == loops.size() ? 0 : turn + 1;
        IoEventLoop loop = loops.get(turn);
        TcpIntake intake = intakes.get(turn);
        if (loop.inEventLoop()) {
            client.accept(intake);
        } else {
            loop.execute(() -> client.accept(intake));
        }
    }
}
