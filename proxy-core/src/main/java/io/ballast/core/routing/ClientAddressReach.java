package io.ballast.core.routing;

import io.ballast.core.model.IpAddress;

/** What the data path can do for the client's address where the rules would keep it. Thread-safe. */
@FunctionalInterface
public interface ClientAddressReach {
    /** Can do all. */
    ClientAddressReach EVERYWHERE = (client, endpoint) -> "";

    /** Why the endpoint will see the node's address nevertheless, for people; "" where it will see the client's. */
    String obstacle(IpAddress client, IpAddress endpoint);
}
