package io.ballast.netty.intercept;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.netlink.LocalRoute;
import io.ballast.netty.linux.netlink.PolicyRule;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.node.NodeFamilies;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A routing table in which every address is local, and a policy rule that leads marked packets there: those for steered
 * frontends, and replies to sockets that bear a client's address. Stateless.
 */
public final class SteeringTable {
    private SteeringTable() {}

    /**
     * Sets up what is missing, and touches nothing that is as it should be. Policy rules of another mark stay: the process
     * that set it may still serve.
     *
     * @param nodeIp preferred source of what this host sends, null for the kernel's choice
     * @return why not, or the empty string
     */
    public static String ensure(
            RouteNetlink netlink, KernelNumbers numbers, Function<IpFamily, @Nullable IpAddress> nodeIp) {
        try {
            Collection<SystemCallException> failures = new ArrayList<>(netlink.localRoutes()
                    .ensure(KernelNumbers.TABLE, routes(nodeIp))
                    .failures()
                    .values());
            Set<PolicyRule> missing = policy(numbers);
            missing.removeAll(netlink.rules().list());
            failures.addAll(netlink.rules().add(missing).values());
            return failures.stream()
                    .findFirst()
                    .map(e -> String.valueOf(e.getMessage()))
                    .orElse("");
        } catch (SystemCallException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Adds what is missing and leaves alone all else.
     *
     * @return what was missing
     * @throws SystemCallException where that cannot be added
     */
    public static List<String> restore(
            RouteNetlink netlink, KernelNumbers numbers, Function<IpFamily, @Nullable IpAddress> nodeIp) {
        Set<LocalRoute> routes = routes(nodeIp);
        netlink.localRoutes().list(KernelNumbers.TABLE).stream()
                .map(LocalRoute::family)
                .forEach(family -> routes.removeIf(route -> route.family() == family));
        Set<PolicyRule> rules = policy(numbers);
        rules.removeAll(netlink.rules().list());
        List<SystemCallException> failures =
                new ArrayList<>(netlink.localRoutes().add(routes).values());
        failures.addAll(netlink.rules().add(rules).values());
        failures.stream()
                .filter(failure -> failure.errno() != Errno.EEXIST)
                .findFirst()
                .ifPresent(failure -> {
                    throw failure;
                });
        return Stream.concat(
                        routes.stream().map(route -> "route " + route),
                        rules.stream().map(rule -> "rule " + rule))
                .toList();
    }

    private static Set<LocalRoute> routes(Function<IpFamily, @Nullable IpAddress> nodeIp) {
        Set<LocalRoute> routes = new LinkedHashSet<>();
        for (IpFamily family : NodeFamilies.supported()) {
            routes.add(LocalRoute.toEverything(family, KernelNumbers.TABLE, nodeIp.apply(family)));
        }
        return routes;
    }

    /** The policy rules that lead there. */
    public static Set<PolicyRule> policy(KernelNumbers numbers) {
        PolicyRule.Mark mark = new PolicyRule.Mark(numbers.mark(), numbers.mask());
        return NodeFamilies.supported().stream()
                .map(family -> new PolicyRule(family, KernelNumbers.PRIORITY, KernelNumbers.TABLE, mark))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
