package io.ballast.netty.tcp;

import io.ballast.netty.linux.uring.CallBatch;
import io.netty.channel.unix.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One read and the write that follows it, both as parts of a batch: {@link #receive}, then {@link #send}, then {@link
 * #settle}, each after the calls so far were made, and {@link #end} when all steps are settled. What fails is told at the
 * end: what other steps have read is sent first, as if each had gone alone. Has memory of its own for what it moves, and
 * is used again and again. Confined to the event loop.
 */
final class RelayStep {
    private static final int NONE = -1;

    private final ByteBuffer buffer;
    private final long address;
    private int receiving;
    private int received;
    private int sending;
    private @Nullable EpollLeg to;
    private @Nullable Throwable failedRead;
    private @Nullable Throwable failedSend;

    /** @param bytes the most that is read */
    RelayStep(int bytes) {
        buffer = ByteBuffer.allocateDirect(bytes);
        address = Buffer.memoryAddress(buffer);
    }

    void receive(EpollReader from, CallBatch batch) {
        received = 0;
        sending = NONE;
        to = null;
        failedRead = null;
        failedSend = null;
        receiving = from.input().read(batch, address, buffer.capacity());
    }

    void send(EpollReader from, CallBatch batch) {
        try {
            received = from.input().hasRead(batch.result(receiving), buffer.capacity());
            to = received > 0 ? from.transferred(received) : null;
        } catch (IOException | RuntimeException | Error e) {
            failedRead = e;
            return;
        }
        if (to != null) {
            try {
                sending = to.output().send(batch, address, received, from.isEnded());
            } catch (IOException | RuntimeException | Error e) {
                failedSend = e;
            }
        }
    }

    void settle(CallBatch batch) {
        if (to != null && sending != NONE) {
            try {
                to.output().hasSent(batch.result(sending), buffer, received);
            } catch (IOException | RuntimeException | Error e) {
                failedSend = e;
            }
        }
    }

    void end(EpollReader from) {
        if (to != null && failedSend != null) {
            to.failed(failedSend);
        }
        to = null;
        if (failedRead == null) {
            from.afterBatch(received);
        } else {
            from.failed(failedRead);
        }
    }
}
