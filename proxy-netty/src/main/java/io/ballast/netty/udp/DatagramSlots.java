package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.linux.datagram.ReceiveBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Memory for one batch of received datagrams, used again and again. <em>Confined to one event loop.</em> */
final class DatagramSlots {
    private final ReceiveBatch batch;
    private final ByteBuf[] buffers;

    DatagramSlots(int count, boolean addressed) {
        batch = new ReceiveBatch(count, addressed);
        buffers = new ByteBuf[count];
        for (int slot = 0; slot < count; slot++) {
            buffers[slot] = Unpooled.wrappedBuffer(batch.payload(slot));
        }
    }

    int count() {
        return buffers.length;
    }

    /** Receives into the slots from {@code first} on: how many, or errno as a negative number. */
    int receive(int socket, int first) {
        return batch.receive(socket, first);
    }

    /** The datagrams that a slot holds, until it is received into again; never to be released. */
    ByteBuf datagrams(int slot) {
        return buffers[slot].setIndex(0, batch.length(slot));
    }

    /** Bytes of each but the last. */
    int segment(int slot) {
        return batch.segment(slot);
    }

    AddressPort sender(int slot) {
        return batch.sender(slot);
    }

    /** The interface that a datagram came in through, 0 where that does not matter. */
    int ingress(int slot) {
        return batch.ingress(slot);
    }

    @Nullable
    AddressPort destination(int slot) {
        return batch.destination(slot);
    }
}
