package io.ballast.netty.tcp;

import io.ballast.netty.linux.uring.CallBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one socket was given and has not taken: copied bytes, or a pipe that holds them in the kernel, never both; almost
 * always nothing. And FIN behind it. Confined to the event loop.
 */
final class EpollOutput {
    private final EpollLoop home;
    private final EpollSocket socket;
    private @Nullable ByteBuf copied;
    private @Nullable SplicePipe piped;
    private boolean finishing;
    private boolean finished;

    EpollOutput(EpollLoop home, EpollSocket socket) {
        this.home = home;
        this.socket = socket;
    }

    boolean isEmpty() {
        return copied == null && piped == null;
    }

    long bytes() {
        if (piped != null) {
            return piped.waiting();
        }
        return copied == null ? 0 : copied.readableBytes();
    }

    /**
     * Sends what is in the loop's buffer and keeps what the kernel does not take.
     *
     * @param last whether FIN follows at once
     */
    void sendBuffer(int count, boolean last) throws IOException {
        keep(home.buffer(), socket.send(home.bufferAddress(), count, last), count);
    }

    /** Sends what is in memory of the caller's, as a part of a batch; returns the number of the call. */
    int send(CallBatch batch, long buffer, int count, boolean last) throws IOException {
        socket.beforeSending();
        return batch.send(socket.intValue(), buffer, count, last);
    }

    /** Keeps what {@link #send(CallBatch, long, int, boolean)} did not send. */
    void hasSent(int result, ByteBuffer buffer, int count) throws IOException {
        keep(buffer, EpollSocket.hasSent(result), count);
    }

    private void keep(ByteBuffer buffer, int sent, int count) {
        if (sent < count && socket.isOpen()) {
            ByteBuffer rest = buffer.duplicate().position(sent).limit(count);
            copied = ByteBufAllocator.DEFAULT.directBuffer(count - sent).writeBytes(rest);
        }
    }

    /** Sends what is in a pipe, and keeps the pipe as long as there is any. */
    void send(SplicePipe pipe) throws IOException {
        piped = pipe;
        flush();
    }

    void send(byte[] bytes) throws IOException {
        copied = ByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
        flush();
    }

    /** Sends FIN behind what waits; returns whether it was sent now. */
    boolean finish() throws IOException {
        finishing = true;
        return finishWhenEmpty();
    }

    private boolean finishWhenEmpty() throws IOException {
        if (!finishing || finished || !isEmpty() || !socket.isOpen()) {
            return false;
        }
        finished = true;
        socket.shutdownOutput();
        return true;
    }

    /** Sends more of what waits; returns whether FIN was sent behind it. */
    boolean flush() throws IOException {
        if (piped != null) {
            piped.drain(socket);
        } else if (copied != null) {
            long address = copied.memoryAddress() + copied.readerIndex();
            copied.skipBytes(socket.send(address, copied.readableBytes(), false));
        }
        if (bytes() == 0) {
            drop();
        }
        return finishWhenEmpty();
    }

    /** Drops what waits. */
    void drop() {
        if (copied != null) {
            copied.release();
            copied = null;
        }
        if (piped != null) {
            home.pipes().give(piped);
            piped = null;
        }
    }
}
