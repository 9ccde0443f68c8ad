package io.ballast.netty.tcp;

import io.ballast.netty.transport.IoTransport;

/** The ways in which bytes are relayed; each has to behave as the others do. */
enum RelayKind {
    EPOLL(IoTransport.EPOLL, TcpSettings.DEFAULTS.spliceAfter()),
    /** Every byte through a pipe, and not only bulk. */
    EPOLL_SPLICED(IoTransport.EPOLL, 0),
    IO_URING(IoTransport.IO_URING, TcpSettings.DEFAULTS.spliceAfter()),
    NIO(IoTransport.NIO, TcpSettings.DEFAULTS.spliceAfter());

    private final IoTransport transport;
    private final int spliceAfter;

    RelayKind(IoTransport transport, int spliceAfter) {
        this.transport = transport;
        this.spliceAfter = spliceAfter;
    }

    IoTransport transport() {
        return transport;
    }

    TcpSettings settings() {
        return TcpSettings.DEFAULTS.withSpliceAfter(spliceAfter);
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
