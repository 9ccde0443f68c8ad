package io.ballast.netty.udp;

import io.ballast.netty.linux.DescriptorLimit;

/**
 * Bounds of the UDP data path. <em>Immutable.</em>
 *
 * @param maxSessions live sessions of the process; each holds a descriptor
 * @param receiveBufferBytes asked of the kernel for each frontend's socket, forced where privileges allow
 * @param sessionReceiveBufferBytes as well, for each session's socket: room for the answers of one client's burst
 * @param descriptors of the process; sessions take none out of the reserve
 */
public record UdpSettings(
        int maxSessions, int receiveBufferBytes, int sessionReceiveBufferBytes, DescriptorLimit descriptors) {
    /** Of all descriptors: who sends datagrams with forged sources shall not leave TCP without any. */
    private static final int LARGEST_SHARE = 4;

    /** Room for thousands of clients within the usual descriptor limits, and for bursts of DNS queries. */
    public static final UdpSettings DEFAULTS = new UdpSettings(16_384, 4 << 20, 1 << 20, DescriptorLimit.UNKNOWN);

    public UdpSettings {
        if (maxSessions < 1 || receiveBufferBytes < 1 || sessionReceiveBufferBytes < 1) {
            throw new IllegalArgumentException("UDP bounds must be positive: " + maxSessions + " sessions, "
                    + receiveBufferBytes + " and " + sessionReceiveBufferBytes + " bytes of receive buffer");
        }
    }

    public UdpSettings withMaxSessions(int count) {
        return new UdpSettings(count, receiveBufferBytes, sessionReceiveBufferBytes, descriptors);
    }

    /** No more sessions than a quarter of the descriptors, and none out of their reserve. */
    public UdpSettings within(DescriptorLimit limit) {
        int sessions = Math.min(maxSessions, Math.max(1, limit.limit() / LARGEST_SHARE));
        return new UdpSettings(sessions, receiveBufferBytes, sessionReceiveBufferBytes, limit);
    }
}
