package io.ballast.netty.tcp;

import io.ballast.core.model.IpAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts connections by the address that their clients dialled: that address must stay on the node until the last of
 * them has ended. Written by one event loop, read by any thread.
 */
final class AddressUse {
    private final Map<IpAddress, Integer> counts = new ConcurrentHashMap<>();

    void enter(IpAddress address) {
        counts.merge(address, 1, Integer::sum);
    }

    void leave(IpAddress address) {
        counts.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    boolean isInUse(IpAddress address) {
        return counts.containsKey(address);
    }
}
