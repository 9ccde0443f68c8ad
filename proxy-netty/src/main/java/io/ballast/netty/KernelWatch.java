package io.ballast.netty;

import io.ballast.netty.clientip.ClientAddresses;
import io.ballast.netty.intercept.KernelRules;
import io.ballast.netty.linux.netlink.LocalRoute;
import io.ballast.netty.linux.netlink.NetworkEvent;
import io.ballast.netty.linux.netlink.Route;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.linux.netlink.RulesetMonitor;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.repair.Repairs;
import io.ballast.netty.repair.Repairs.Loss;
import io.ballast.netty.repair.Repairs.Part;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what others take from the kernel. It tells of tables, routes and policy rules by itself; only for the link of
 * the socket lookup there is nothing but to look. <em>Thread-safe.</em>
 */
final class KernelWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KernelWatch.class);
    private static final long LOOK_SECONDS = 1;

    private final Repairs repairs;
    private final NodeNetwork network;
    private @Nullable RulesetMonitor rulesets;
    private @Nullable ScheduledExecutorService looks;

    KernelWatch(Repairs repairs, NodeNetwork network) {
        this.repairs = repairs;
        this.network = network;
        network.watch(this::heard);
    }

    private void heard(NetworkEvent event) {
        if (event instanceof NetworkEvent.RouteRemoved removed && !removed.byUs()) {
            routeRemoved(removed.route());
        } else if (event instanceof NetworkEvent.RuleRemoved removed && !removed.byUs()) {
            repairs.noticed(Part.POLICY_ROUTES, new Loss("rule " + removed.rule(), ""));
        } else if (event instanceof NetworkEvent.EventsLost
                // Routes go silently with an interface that goes down.
                || (event instanceof NetworkEvent.LinkChanged changed
                        && changed.link().isLoopback())) {
            repairs.noticed(Part.LOCAL_ROUTES, Loss.POSSIBLE);
            repairs.noticed(Part.POLICY_ROUTES, Loss.POSSIBLE);
        }
    }

    private void routeRemoved(Route route) {
        if (route.protocol() == RouteNetlink.PROTOCOL) {
            Part part = route.table() == LocalRoute.LOCAL_TABLE ? Part.LOCAL_ROUTES : Part.POLICY_ROUTES;
            repairs.noticed(
                    part, new Loss("route " + new LocalRoute(route.table(), route.destination(), route.source()), ""));
        }
    }

    /** To be called once all is open that changes the tables from this process. */
    void followTables() {
        try {
            Set<String> tables = new HashSet<>(KernelRules.TABLES);
            tables.addAll(ClientAddresses.TABLES);
            rulesets = RulesetMonitor.start(tables, this::taken);
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("Nobody notices when a firewall flushes Ballast's nftables rules");
        }
    }

    private void taken(RulesetMonitor.Loss loss) {
        Loss known = new Loss(loss.what(), loss.by());
        if (loss.tables().stream().anyMatch(KernelRules.TABLES::contains)) {
            repairs.noticed(Part.NFTABLES, known);
        }
        if (loss.tables().stream().anyMatch(ClientAddresses.TABLES::contains)) {
            repairs.noticed(Part.CLIENT_IP, known);
        }
    }

    /** @param missing what is missing of the socket lookup, "" for nothing; asked on a thread of the watch */
    void lookAt(Supplier<String> missing) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "lookup-watch");
            made.setDaemon(true);
            return made;
        });
        looks = thread;
        thread.scheduleWithFixedDelay(() -> look(missing), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look(Supplier<String> missing) {
        try {
            String found = missing.get();
            if (!found.isEmpty()) {
                repairs.noticed(Part.SK_LOOKUP, new Loss(found, ""));
            }
        } catch (RuntimeException e) {
            log.atDebug().setCause(e).log("Cannot look at the socket lookup");
        }
    }

    @Override
    public void close() {
        network.watch(event -> {});
        if (rulesets != null) {
            rulesets.close();
        }
        if (looks != null) {
            looks.shutdownNow();
        }
    }
}
