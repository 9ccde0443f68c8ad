package io.ballast.netty.udp;

import io.ballast.netty.linux.datagram.SendBatch;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams on their way to endpoints: those that follow one another to the same endpoint leave with one system call,
 * straight from where they were received. <em>Confined to one event loop.</em>
 */
final class EpollRequests {
    private final DatagramSlots slots;
    private final SendBatch batch;
    private @Nullable EpollUpstream receiver;

    EpollRequests(int count) {
        slots = new DatagramSlots(count, true);
        batch = new SendBatch(count);
    }

    /** Where clients' datagrams are received; to be flushed before the next are. */
    DatagramSlots slots() {
        return slots;
    }

    /** @param segment bytes of each datagram but the last */
    void add(EpollUpstream to, ByteBuf datagrams, int segment) {
        if (receiver != to || batch.isFull()) {
            flush();
        }
        receiver = to;
        int length = datagrams.readableBytes();
        batch.addSegments(datagrams.internalNioBuffer(0, length), datagrams.memoryAddress(), length, segment, null);
    }

    void flush() {
        EpollUpstream to = receiver;
        if (to != null) {
            receiver = null;
            to.sent(batch.send(to.descriptor()));
        }
    }

    /** The socket closes: what was meant for it is lost. */
    void forget(EpollUpstream closing) {
        if (receiver == closing) {
            receiver = null;
            batch.clear();
        }
    }
}
