package io.ballast.netty.udp;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many sessions each frontend has on all event loops together. <em>Thread-safe.</em> */
final class LiveFrontends {
    private final Map<Frontend, Integer> frontends = new ConcurrentHashMap<>();
    private final Map<IpAddress, Integer> addresses = new ConcurrentHashMap<>();

    void opened(Frontend frontend) {
        frontends.merge(frontend, 1, Integer::sum);
        addresses.merge(frontend.address(), 1, Integer::sum);
    }

    void closed(Frontend frontend) {
        frontends.computeIfPresent(frontend, (key, count) -> count == 1 ? null : count - 1);
        addresses.computeIfPresent(frontend.address(), (key, count) -> count == 1 ? null : count - 1);
    }

    boolean has(Frontend frontend) {
        return frontends.containsKey(frontend);
    }

    boolean has(IpAddress address) {
        return addresses.containsKey(address);
    }
}
