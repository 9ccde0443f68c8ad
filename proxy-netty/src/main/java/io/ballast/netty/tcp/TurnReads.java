package io.ballast.netty.tcp;

import io.ballast.netty.linux.uring.CallBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is to be read in one turn of an event loop: at the end of the turn all sockets are read with one system call, and
 * what came is sent with a second one. A few are read one by one. Confined to the event loop.
 */
final class TurnReads implements Runnable {
    private final Consumer<Runnable> atEndOfTurn;
    private final CallBatch batch;
    private final int batchFrom;
    private final int bytes;
    private final List<RelayStep> steps = new ArrayList<>();
    private final List<EpollReader> joined = new ArrayList<>();
    private List<EpollReader> added = new ArrayList<>();
    private List<EpollReader> due = new ArrayList<>();

    /**
     * @param atEndOfTurn runs something once, when the loop has handled all events that epoll reported
     * @param batchFrom fewer are read one by one
     * @param bytes the most that is read from a socket at a time; as much is kept for each that was ever read together
     */
    TurnReads(Consumer<Runnable> atEndOfTurn, CallBatch batch, int batchFrom, int bytes) {
        this.atEndOfTurn = atEndOfTurn;
        this.batch = batch;
        this.batchFrom = batchFrom;
        this.bytes = bytes;
    }

    /** To be read from at the end of this turn. */
    void add(EpollReader reader) {
        if (added.isEmpty()) {
            atEndOfTurn.accept(this);
        }
        added.add(reader);
    }

    @Override
    public void run() {
        List<EpollReader> now = added;
        added = due;
        due = now;
        for (int i = 0; i < now.size(); i++) {
            EpollReader reader = now.get(i);
            if (!reader.leaveTurn() || now.size() < batchFrom) {
                reader.readOrFail();
            } else {
                join(reader);
            }
        }
        relay();
        now.clear();
    }

    private void join(EpollReader reader) {
        if (joined.size() == steps.size()) {
            steps.add(new RelayStep(bytes));
        }
        steps.get(joined.size()).receive(reader, batch);
        joined.add(reader);
        if (joined.size() == batch.capacity()) {
            relay();
        }
    }

    private void relay() {
        int count = joined.size();
        if (count == 0) {
            return;
        }
        batch.perform();
        for (int i = 0; i < count; i++) {
            steps.get(i).send(joined.get(i), batch);
        }
        batch.perform();
        for (int i = 0; i < count; i++) {
            steps.get(i).settle(batch);
        }
        for (int i = 0; i < count; i++) {
            steps.get(i).end(joined.get(i));
        }
        joined.clear();
    }
}
