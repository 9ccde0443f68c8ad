package io.ballast.netty.tcp;

/**
 * Limits of the TCP data path. <em>Immutable.</em>
 *
 * @param maxConnections open connections of the whole daemon, {@code --max-connections}; 0 means no limit; beyond it
 *     clients are reset
 * @param bufferBytes the most that is read at once, and therefore the most that ever waits in memory for one
 *     direction of one connection on epoll, but for what waits in the kernel in a pipe of {@link
 *     SplicePipe#CAPACITY} bytes
 * @param spliceAfter reads in a row that fill the buffer before a direction counts as bulk and is spliced, on epoll;
 *     0 splices everything
 * @param batchFrom so many sockets that are ready in the same turn of an event loop are read, and what came is sent, with
 *     one system call each, on epoll where io_uring is permitted; 0 never does
 */
public record TcpSettings(int maxConnections, int bufferBytes, int spliceAfter, int batchFrom) {
    /** No limit of connections, 64 KiB buffers, bulk is what fills four of them in a row; two sockets make a batch. */
    public static final TcpSettings DEFAULTS = new TcpSettings(0, 64 * 1024, 4, 2);

    public TcpSettings {
        if (maxConnections < 0) {
            throw new IllegalArgumentException("maxConnections is negative: " + maxConnections);
        }
        if (bufferBytes < 1024) {
            throw new IllegalArgumentException("bufferBytes is less than 1024: " + bufferBytes);
        }
        if (spliceAfter < 0) {
            throw new IllegalArgumentException("spliceAfter is negative: " + spliceAfter);
        }
        if (batchFrom < 0) {
            throw new IllegalArgumentException("batchFrom is negative: " + batchFrom);
        }
    }

    public TcpSettings withMaxConnections(int limit) {
        return new TcpSettings(limit, bufferBytes, spliceAfter, batchFrom);
    }

    public TcpSettings withSpliceAfter(int fullReads) {
        return new TcpSettings(maxConnections, bufferBytes, fullReads, batchFrom);
    }

    public TcpSettings withBatchFrom(int sockets) {
        return new TcpSettings(maxConnections, bufferBytes, spliceAfter, sockets);
    }
}
