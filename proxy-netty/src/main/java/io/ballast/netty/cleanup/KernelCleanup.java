package io.ballast.netty.cleanup;

import io.ballast.netty.KernelNumbers;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.linux.bpf.SocketLookups;
import io.ballast.netty.linux.netlink.LocalRoute;
import io.ballast.netty.linux.netlink.PolicyRule;
import io.ballast.netty.linux.netlink.RouteNetlink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes every route, rule, table, program and map of Ballast from the network namespace of the calling thread, known
 * by {@link KernelNumbers} and the protocol number of {@link RouteNetlink}; nothing of anybody else. A Ballast that
 * runs there loses what it stands on. Stateless.
 */
public final class KernelCleanup {
    private KernelCleanup() {}

    /** Removes all there is; one thing that cannot be removed keeps no other. */
    public static List<Removal> run() {
        Optional<String> noNativeCalls = SystemCalls.unavailability();
        if (noNativeCalls.isPresent()) {
            return List.of(Removal.failed("what Ballast left in the kernel", noNativeCalls.get()));
        }
        // Routes go first, while the guard of the tables still refuses what they let in.
        List<Removal> removals = new ArrayList<>(routing());
        removals.addAll(NftTables.remove(KernelNumbers::isOwnTable, "Ballast"));
        removals.addAll(lookup(KernelNumbers.PINS));
        return removals;
    }

    private static List<Removal> routing() {
        List<Removal> removals = new ArrayList<>();
        try (RouteNetlink netlink = RouteNetlink.open()) {
            Collection<LocalRoute> routes = netlink.localRoutes().list();
            Map<LocalRoute, SystemCallException> kept = netlink.localRoutes().delete(routes);
            routes.forEach(route -> removals.add(removal("route " + route, kept.get(route))));
            Collection<PolicyRule> rules = netlink.rules().list();
            Map<PolicyRule, SystemCallException> keptRules = netlink.rules().delete(rules);
            rules.forEach(rule -> removals.add(removal("rule " + rule, keptRules.get(rule))));
        } catch (SystemCallException e) {
            removals.add(Removal.failed("routes and rules of protocol " + RouteNetlink.PROTOCOL, e));
        }
        return removals;
    }

    private static Removal removal(String what, @Nullable SystemCallException failure) {
        return failure == null ? Removal.removed(what) : Removal.failed(what, failure);
    }

    private static List<Removal> lookup(Path pins) {
        if (!SocketLookups.isPinned(pins)) {
            return List.of();
        }
        String what = "socket lookup program and maps pinned in " + pins;
        try {
            SocketLookups.uninstall(pins);
            return List.of(Removal.removed(what));
        } catch (RuntimeException e) {
            return List.of(Removal.failed(what, e));
        }
    }
}
