package io.ballast.netty.tcp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The direction of a connection that begins at one leg: reads from its socket while the peer takes what comes, and
 * hands it over. Confined to the event loop.
 */
final class EpollReader implements Runnable {
    /** Reads before other connections get their turn. */
    private static final int READS_PER_TURN = 16;

    private final EpollLoop home;
    private final TcpConnection connection;
    private final Side side;
    private final EpollSocket socket;
    private final EpollInput input;
    private @Nullable EpollLeg peer;
    /** To be read from when the loop has done all else for now. */
    private boolean queued;

    /** To be read from at the end of this turn of the loop. */
    private boolean inTurn;

    private boolean discarding;

    EpollReader(EpollLoop home, TcpConnection connection, Side side, EpollSocket socket) {
        this.home = home;
        this.connection = connection;
        this.side = side;
        this.socket = socket;
        this.input = new EpollInput(home, socket);
    }

    /** An edge. */
    void ready(int ops) {
        input.ready(ops);
    }

    void relayTo(EpollLeg to) {
        peer = to;
        readSoon();
    }

    /** Drops what comes from now on. */
    void discard() {
        discarding = true;
        readOrFail();
    }

    boolean isEnded() {
        return input.isEnded();
    }

    /** The next turn of a read that had too much to do. */
    @Override
    public void run() {
        queued = false;
        readOrFail();
    }

    /** {@link #read}, where there is no one to tell of a failure but the connection. */
    void readOrFail() {
        try {
            read();
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Reads what there is in this turn of the loop: at its end, together with others, where that is cheaper. */
    void readSoon() {
        TurnReads together = home.turnReads();
        if (together == null) {
            readOrFail();
        } else if (!inTurn && input.isReadable() && mayRead()) {
            inTurn = true;
            together.add(this);
        }
    }

    /** The turn ends; returns whether this may be read as a part of a batch. */
    boolean leaveTurn() {
        inTurn = false;
        return input.isReadable() && mayRead() && !input.isBulk();
    }

    EpollInput input() {
        return input;
    }

    /** The leg that takes so many bytes that were read, null for none. */
    @Nullable
    EpollLeg transferred(int count) {
        connection.transferred(side, count);
        return discarding ? null : peer;
    }

    /** What follows a read whose bytes were handed over. */
    private void afterRead(int count) {
        if (count > 0) {
            acknowledge(home.answers());
        }
        if (input.isEnded() && socket.isOpen()) {
            connection.ended(side);
        }
    }

    /** What follows a read as a part of a batch: the next one alone, if there is more. */
    void afterBatch(int count) {
        try {
            afterRead(count);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
        readOrFail();
    }

    /** Costs the connection. */
    void failed(Throwable cause) {
        if (cause instanceof IOException failure) {
            connection.failed(side, failure);
        } else {
            connection.broken(cause);
        }
    }

    private boolean mayRead() {
        return socket.isOpen() && !queued && (discarding || (peer != null && peer.takesMore()));
    }

    /** Reads what there is, as far as the peer takes it. */
    void read() throws IOException {
        int turns = READS_PER_TURN;
        while (input.isReadable() && mayRead()) {
            if (turns-- == 0) {
                queued = true;
                home.loop().execute(this);
                return;
            }
            if (!input.isBulk() || !splice()) {
                copy();
            }
        }
    }

    private void copy() throws IOException {
        int count = input.read();
        if (count > 0) {
            EpollLeg to = transferred(count);
            if (to != null) {
                to.transmit(count, input.isEnded());
            }
        }
        afterRead(count);
    }

    /** What has come, unless before long something is sent that takes the acknowledgement along. */
    void acknowledge(LateAcknowledgements later) {
        if (input.owesAcknowledgement()) {
            later.add(input);
        }
    }

    /**
     * Has the kernel move what has arrived.
     *
     * @return false where it must be read to see what there is
     */
    private boolean splice() throws IOException {
        EpollLeg to = discarding ? null : peer;
        SplicePipe pipe = to == null ? null : home.pipes().take();
        if (to == null || pipe == null) {
            return false;
        }
        int count = 0;
        try {
            count = input.read(pipe);
        } finally {
            if (count == 0) {
                home.pipes().give(pipe);
            }
        }
        if (count == 0) {
            return !input.isReadable();
        }
        connection.transferred(side, count);
        to.transmit(pipe);
        return true;
    }
}
