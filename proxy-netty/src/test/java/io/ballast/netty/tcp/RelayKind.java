package io.ballast.netty.tcp;

import io.ballast.netty.transport.IoTransport;

/** The ways in which bytes are relayed; each has to behave as the others do. */
enum RelayKind {
    /** With a system call of its own for each read and write. */
    EPOLL(IoTransport.EPOLL, TcpSettings.DEFAULTS.spliceAfter(), 0),
    /** Every read and write in a batch, and not only where several sockets are ready. */
    EPOLL_BATCHED(IoTransport.EPOLL, TcpSettings.DEFAULTS.spliceAfter(), 1),
    /** Every byte through a pipe, and not only bulk. */
    EPOLL_SPLICED(IoTransport.EPOLL, 0, 1),
    IO_URING(IoTransport.IO_URING, TcpSettings.DEFAULTS.spliceAfter(), 0),
    NIO(IoTransport.NIO, TcpSettings.DEFAULTS.spliceAfter(), 0);

    private final IoTransport transport;
    private final int spliceAfter;
    private final int batchFrom;

    RelayKind(IoTransport transport, int spliceAfter, int batchFrom) {
        this.transport = transport;
        this.spliceAfter = spliceAfter;
        this.batchFrom = batchFrom;
    }

    IoTransport transport() {
        return transport;
    }

    TcpSettings settings() {
        return TcpSettings.DEFAULTS.withSpliceAfter(spliceAfter).withBatchFrom(batchFrom);
    }

    /** The most bytes that may wait for one direction of one connection. */
    long mostPendingBytes() {
        long buffer = TcpSettings.DEFAULTS.bufferBytes();
        if (transport == IoTransport.EPOLL) {
            return Math.max(buffer, SplicePipe.CAPACITY);
        }
        // Channels hold their high water mark, one more read, and Netty's own count per buffer.
        return 2 * buffer + 16 * 1024;
    }
}
