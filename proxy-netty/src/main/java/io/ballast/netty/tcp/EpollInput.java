package io.ballast.netty.tcp;

import io.ballast.netty.linux.uring.CallBatch;
import io.netty.channel.epoll.EpollIoOps;
import java.io.IOException;

/**
 * What arrives at one socket, and what its edges said about that: remembered until a read proves it wrong. Confined to
 * the event loop.
 */
final class EpollInput {
    /** EPOLLHUP; always reported, so Netty has no constant for it. */
    static final int HUP = 0x10;

    /** EPOLLPRI: urgent data. */
    static final int PRI = 0x2;

    private static final int ERR = EpollIoOps.EPOLLERR.value();
    private static final int RDHUP = EpollIoOps.EPOLLRDHUP.value();
    private static final int READABLE = EpollIoOps.EPOLLIN.value() | RDHUP | HUP | ERR;

    /** Less than that at once is not bulk, or no longer. */
    private static final int SHORT = 4096;

    private final EpollLoop home;
    private final EpollSocket socket;
    private boolean readable;
    /** The end or an error is behind what can be read. */
    private boolean ending;
    /** Nothing but the end is behind what can be read. */
    private boolean endingCleanly;

    private boolean urgent;
    private boolean ended;
    /** Reads in a row that filled the buffer. */
    private int fullReads;

    EpollInput(EpollLoop home, EpollSocket socket) {
        this.home = home;
        this.socket = socket;
    }

    /** An edge. */
    void ready(int ops) {
        readable |= (ops & READABLE) != 0;
        ending |= (ops & (RDHUP | HUP | ERR)) != 0;
        urgent |= (ops & PRI) != 0;
        endingCleanly = (ops & RDHUP) != 0 && (ops & ERR) == 0 && !urgent;
    }

    /** There is something, or there may be. */
    boolean isReadable() {
        return readable && !ended;
    }

    /** The peer sent FIN, and all before it was read. */
    boolean isEnded() {
        return ended;
    }

    /** Whether it has filled the buffer so often that it is moved inside the kernel: short exchanges are faster copied. */
    boolean isBulk() {
        return fullReads >= home.spliceAfter();
    }

    /** Reads into the loop's buffer; 0 where there was nothing. */
    int read() throws IOException {
        int capacity = home.buffer().capacity();
        int count = socket.receive(home.bufferAddress(), capacity);
        boolean full = count == capacity;
        fullReads = full ? fullReads + 1 : 0;
        return has(count, full);
    }

    /** Reads to memory of the caller's, as a part of a batch; returns the number of the call. */
    int read(CallBatch batch, long buffer, int capacity) {
        return batch.receive(socket.intValue(), buffer, capacity);
    }

    /** What {@link #read(CallBatch, long, int)} read; 0 where there was nothing. */
    int hasRead(int result, int capacity) throws IOException {
        int count = socket.hasReceived(result);
        boolean full = count == capacity;
        if (!full) {
            fullReads = 0;
        }
        return has(count, full);
    }

    private int has(int count, boolean full) {
        // A short read has emptied the socket: the next bytes cause an edge. Where FIN had come before it, that is all;
        // but a read stops at urgent data too.
        ended = count < 0 || (endingCleanly && count > 0 && !full);
        readable = full || (ending && count > 0);
        return Math.max(count, 0);
    }

    /** Whether the other end may wait for an acknowledgement: not once it has sent FIN, which ours will answer. */
    boolean owesAcknowledgement() {
        return !ended && socket.owesAcknowledgement();
    }

    /** See {@link EpollSocket#acknowledge}. */
    void acknowledge() {
        if (!ended) {
            socket.acknowledge();
        }
    }

    /** Takes what there is into a pipe; 0 where only a read can tell what there is, if {@link #isReadable} still says so. */
    int read(SplicePipe into) throws IOException {
        int count = into.fill(socket);
        if (count == 0) {
            // Nothing there, or the end: there can be no end before its edge.
            readable = ending;
        } else if (count < SHORT) {
            fullReads = 0;
        }
        return count;
    }
}
