package io.ballast.netty.udp;

import io.ballast.netty.linux.datagram.Recipient;
import io.ballast.netty.linux.datagram.SendBatch;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;

/**
 * Answers on their way to clients: those of many sessions leave with one system call, after the event loop has looked
 * at every socket that had something. <em>Confined to one event loop.</em>
 */
final class EpollReplies implements Runnable {
    private static final int NONE = -1;

    private final Executor loop;
    private final DatagramSlots slots;
    private final SendBatch batch;
    private int socket = NONE;
    private int used;
    private boolean scheduled;

    EpollReplies(Executor loop, int count) {
        this.loop = loop;
        slots = new DatagramSlots(count, false);
        batch = new SendBatch(count);
    }

    /** Receives answers of one endpoint and hands them to its session; returns 0 or errno. */
    int receive(int from, UdpSession session) {
        if (used == slots.count()) {
            flush();
        }
        int first = used;
        int count = slots.receive(from, first);
        if (count < 0) {
            return -count;
        }
        used += count;
        for (int slot = first; slot < first + count && session.isOpen(); slot++) {
            session.toClient(slots.datagrams(slot), slots.segment(slot));
        }
        if (!scheduled) {
            scheduled = true;
            loop.execute(this);
        }
        return 0;
    }

    /**
     * Sends through a UDP or raw socket, with the others that are to leave there.
     *
     * @param segment bytes of each datagram but the last; a raw socket takes one at a time
     */
    void add(int through, ByteBuf datagrams, int segment, Recipient to) {
        if (socket != through || batch.isFull()) {
            send();
        }
        socket = through;
        int length = datagrams.readableBytes();
        batch.addSegments(datagrams.internalNioBuffer(0, length), datagrams.memoryAddress(), length, segment, to);
    }

    /** Every event of this turn was looked at. */
    @Override
    public void run() {
        scheduled = false;
        flush();
    }

    void flush() {
        send();
        used = 0;
    }

    /** A client that cannot be reached is its own problem: UDP drops. */
    private void send() {
        if (!batch.isEmpty()) {
            batch.send(socket);
        }
    }
}
