package io.ballast.netty.intercept;

import io.ballast.core.model.IpAddress;
import java.util.Collection;
import java.util.Map;

/** Makes ClusterIPs local to this node, one route each, and guards their other ports. Confined to the sync thread. */
public interface ClusterIpRoutes {
    /**
     * Adds what is missing, in one batch.
     *
     * @return the addresses that failed, each with cause and remedy
     */
    Map<IpAddress, String> add(Collection<IpAddress> addresses);

    /** Addresses that are local because of us, or of an earlier process of ours. */
    Collection<IpAddress> left();

    void remove(Collection<IpAddress> addresses);
}
