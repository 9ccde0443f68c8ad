package io.ballast.netty.clientip;

/**
 * The source ports of connections made with a client's address: outside of every ephemeral range, since the client
 * itself may be connected to the same endpoint from any of those. <em>Immutable.</em>
 */
public record ReservedPorts(int first, int last) {
    /** {@code clientIpPorts} unless configured otherwise; Linux takes ephemeral ports from 32768-60999. */
    public static final ReservedPorts DEFAULT = new ReservedPorts(61_000, 65_535);

    public ReservedPorts {
        if (first < 1 || last > 65_535 || first > last) {
            throw new IllegalArgumentException("not a range of ports: " + first + "-" + last);
        }
    }

    boolean contains(int port) {
        return port >= first && port <= last;
    }

    int size() {
        return last - first + 1;
    }

    /** As the nft language takes it. */
    @Override
    public String toString() {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
