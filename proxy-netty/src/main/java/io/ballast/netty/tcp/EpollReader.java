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
    private final EpollInput input;
    private @Nullable EpollLeg peer;
    private boolean queued;
    private boolean discarding;
    private boolean stopped;

    EpollReader(EpollLoop home, TcpConnection connection, Side side, EpollSocket socket) {
        this.home = home;
        this.connection = connection;
        this.side = side;
        this.input = new EpollInput(home, socket);
    }

    /** An edge. */
    void ready(int ops) {
        input.ready(ops);
    }

    void relayTo(EpollLeg to) {
        peer = to;
        readOrFail();
    }

    /** Drops what comes from now on. */
    void discard() {
        discarding = true;
        readOrFail();
    }

    /** Reads no more. */
    void stop() {
        stopped = true;
    }

    boolean isEnded() {
        return input.isEnded();
    }

    /** The next turn of a read that had too much to do. */
    @Override
    public void run() {
        queued = false;
        try {
            readOrFail();
        } catch (RuntimeException | Error e) {
            connection.broken(e);
        }
    }

    /** {@link #read}, where there is no one to tell of a failure but the connection. */
    void readOrFail() {
        try {
            read();
        } catch (IOException e) {
            connection.failed(side, e);
        }
    }

    private boolean mayRead() {
        return !stopped && !queued && (discarding || (peer != null && peer.takesMore()));
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
            connection.transferred(side, count);
            if (peer != null && !discarding) {
                peer.transmit(count, input.isEnded());
            }
            acknowledge(home.answers());
        }
        if (input.isEnded() && !stopped) {
            connection.ended(side);
        }
    }

    /** What has come, unless before long something is sent that takes the acknowledgement along. */
    void acknowledge(LateAcknowledgements later) {
        if (input.owesAcknowledgement() && !stopped) {
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
