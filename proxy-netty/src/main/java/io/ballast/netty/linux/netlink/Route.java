package io.ballast.netty.linux.netlink;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A route as the kernel reports it. Immutable.
 *
 * @param type RTN_ of linux/rtnetlink.h; see {@link #isLocal()} and {@link #isUnicast()}
 * @param protocol who made it, RTPROT_ of linux/rtnetlink.h; 0 in the answer to a lookup
 * @param interfaceIndex of the outgoing interface; 0 for none; of a multipath route the first
 * @param gateway the next hop, null when the destination is on the link itself
 * @param source preferred source address, null for none
 */
public record Route(
        int table,
        Cidr destination,
        int type,
        int protocol,
        int interfaceIndex,
        @Nullable IpAddress gateway,
        @Nullable IpAddress source) {
    /** Whether packets end at this host. */
    public boolean isLocal() {
        return type == Rtnetlink.RTN_LOCAL;
    }

    /** Whether packets leave through the interface. */
    public boolean isUnicast() {
        return type == Rtnetlink.RTN_UNICAST;
    }

    /** Whether packets leave through the interface straight to the destination. */
    public boolean isOnLink() {
        return isUnicast() && gateway == null;
    }
}
