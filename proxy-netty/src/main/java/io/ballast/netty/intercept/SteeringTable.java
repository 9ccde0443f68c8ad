package io.ballast.netty.intercept;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.netlink.LocalRoute;
import io.ballast.netty.linux.netlink.PolicyRule;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.node.NodeFamilies;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A routing table in which every address is local, and a policy rule that leads marked packets there: those for steered
 * frontends, and replies to sockets that bear a client's address. Stateless.
 */
public final class SteeringTable {
    private SteeringTable() {}

    /**
     * Sets up what is missing, and touches nothing that is as it should be.
     *
     * @param nodeIp preferred source of what this host sends, null for the kernel's choice
     * @return why not, or the empty string
     */
    public static String ensure(
            RouteNetlink netlink, KernelNumbers numbers, Function<IpFamily, @Nullable IpAddress> nodeIp) {
        Set<LocalRoute> routes = new HashSet<>();
        Set<PolicyRule> policy = new HashSet<>();
        PolicyRule.Mark mark = new PolicyRule.Mark(numbers.mark(), numbers.mask());
        for (IpFamily family : NodeFamilies.supported()) {
            routes.add(LocalRoute.toEverything(family, KernelNumbers.TABLE, nodeIp.apply(family)));
            policy.add(new PolicyRule(family, KernelNumbers.PRIORITY, KernelNumbers.TABLE, mark));
        }
        try {
            Collection<SystemCallException> failures = new ArrayList<>(netlink.localRoutes()
                    .ensure(KernelNumbers.TABLE, routes)
                    .failures()
                    .values());
            failures.addAll(netlink.rules().ensure(policy).values());
            return failures.stream()
                    .findFirst()
                    .map(e -> String.valueOf(e.getMessage()))
                    .orElse("");
        } catch (SystemCallException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
