package io.ballast.netty.tcp;

/**
 * Limits of the TCP data path. <em>Immutable.</em>
 *
 * @param maxConnections open connections of the whole daemon, {@code --max-connections}; 0 means no limit; beyond it
 *     clients are reset
 * @param bufferBytes the most that is read at once, and therefore the most that ever waits in memory for one
 *     direction of one connection on epoll
 */
public record TcpSettings(int maxConnections, int bufferBytes) {
    /** No limit of connections, 64 KiB buffers. */
    public static final TcpSettings DEFAULTS = new TcpSettings(0, 64 * 1024);

    public TcpSettings {
        if (maxConnections < 0) {
            throw new IllegalArgumentException("maxConnections is negative: " + maxConnections);
        }
        if (bufferBytes < 1024) {
            throw new IllegalArgumentException("bufferBytes is less than 1024: " + bufferBytes);
        }
    }

    public TcpSettings withMaxConnections(int limit) {
        return new TcpSettings(limit, bufferBytes);
    }
}
