package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.SystemCallException;
import java.util.Map;

/**
 * What {@link LocalRoutes#ensure} did. Immutable.
 *
 * @param requested how many routes were missing, failed ones included
 * @param obsolete how many were there and not wanted, failed ones included
 * @param failures what the kernel refused: wanted routes that are missing and unwanted ones that remain
 */
public record RouteChanges(int requested, int obsolete, Map<LocalRoute, SystemCallException> failures) {
    public RouteChanges {
        failures = Map.copyOf(failures);
    }
}
