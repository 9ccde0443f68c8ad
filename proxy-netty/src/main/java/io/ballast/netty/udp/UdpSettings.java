package io.ballast.netty.udp;

/**
 * Bounds of the UDP data path. <em>Immutable.</em>
 *
 * @param maxSessions live sessions of the process; each holds a descriptor
 * @param receiveBufferBytes asked of the kernel for each frontend's socket, forced where privileges allow
 * @param sessionReceiveBufferBytes as well, for each session's socket: room for the answers of one client's burst
 */
public record UdpSettings(int maxSessions, int receiveBufferBytes, int sessionReceiveBufferBytes) {
    /** Room for thousands of clients within the usual descriptor limits, and for bursts of DNS queries. */
    public static final UdpSettings DEFAULTS = new UdpSettings(16_384, 4 << 20, 1 << 20);

    public UdpSettings {
        if (maxSessions < 1 || receiveBufferBytes < 1 || sessionReceiveBufferBytes < 1) {
            throw new IllegalArgumentException("UDP bounds must be positive: " + maxSessions + " sessions, "
                    + receiveBufferBytes + " and " + sessionReceiveBufferBytes + " bytes of receive buffer");
        }
    }

    public UdpSettings withMaxSessions(int count) {
        return new UdpSettings(count, receiveBufferBytes, sessionReceiveBufferBytes);
    }
}
