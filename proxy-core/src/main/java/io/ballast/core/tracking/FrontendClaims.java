package io.ballast.core.tracking;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.spi.WarningListener;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a frontend that several Service ports claim. The table holds the winners; only losers are kept here, so that
 * one of them takes over when the winner goes. <em>Confined to the sync thread.</em>
 */
final class FrontendClaims {
    private static final int NAMED_IN_WARNING = 3;

    private final TableEditor table;
    private final Map<Frontend, TreeSet<Claim>> losers = new HashMap<>();
    /** Claims that lost since the last {@link #warn}; some may have won again meanwhile. */
    private final Set<Claim> newLosers = new LinkedHashSet<>();

    FrontendClaims(TableEditor table) {
        this.table = table;
    }

    /** Whether the claim made an address a ClusterIP. */
    boolean add(Claim claim, Route route) {
        FrontendRoute winner = table.find(claim.frontend());
        if (winner == null) {
            serve(claim, route);
        } else if (claim.compareTo(Claim.of(winner)) < 0) {
            lose(Claim.of(winner));
            serve(claim, route);
        } else {
            lose(claim);
        }
        return claim.kind() == FrontendKind.CLUSTER_IP
                && table.countClusterIp(claim.frontend().address(), 1);
    }

    /** The route of a claim that was added before has changed. */
    void refresh(Claim claim, Route route) {
        if (claim.equals(winner(claim.frontend()))) {
            serve(claim, route);
        }
    }

    /** Whether an address is no ClusterIP any more. */
    boolean remove(Claim claim) {
        if (claim.equals(winner(claim.frontend()))) {
            handOver(claim.frontend());
        } else {
            forgetLoser(claim);
        }
        return claim.kind() == FrontendKind.CLUSTER_IP
                && table.countClusterIp(claim.frontend().address(), -1);
    }

    private @Nullable Claim winner(Frontend frontend) {
        FrontendRoute winner = table.find(frontend);
        return winner == null ? null : Claim.of(winner);
    }

    private void serve(Claim claim, Route route) {
        table.put(new FrontendRoute(claim.frontend(), claim.kind(), route));
    }

    private void lose(Claim claim) {
        losers.computeIfAbsent(claim.frontend(), key -> new TreeSet<>()).add(claim);
        newLosers.add(claim);
    }

    private void handOver(Frontend frontend) {
        TreeSet<Claim> waiting = losers.get(frontend);
        if (waiting == null) {
            table.remove(frontend);
            return;
        }
        Claim next = waiting.first();
        forgetLoser(next);
        ServicePortKey owner = new ServicePortKey(next.owner(), frontend.family());
        serve(next, Objects.requireNonNull(table.route(owner), "a claim outlived its route"));
    }

    private void forgetLoser(Claim claim) {
        TreeSet<Claim> waiting = losers.get(claim.frontend());
        if (waiting != null && waiting.remove(claim) && waiting.isEmpty()) {
            losers.remove(claim.frontend());
        }
        newLosers.remove(claim);
    }

    /** Tells each Service port once of the frontends that it lost to another since the last call. */
    void warn(WarningListener warnings) {
        Map<Rivals, List<Claim>> byRivals = newLosers.stream()
                .collect(Collectors.groupingBy(
                        claim -> new Rivals(
                                claim.owner(),
                                Objects.requireNonNull(winner(claim.frontend()), "a lost frontend has a winner")
                                        .owner()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        newLosers.clear();
        byRivals.forEach((rivals, lost) -> {
            if (!rivals.loser().equals(rivals.winner())) {
                warnings.warn(rivals.loser().service(), Problem.CONFLICT, message(rivals, lost));
            }
        });
    }

    private record Rivals(ServicePortName loser, ServicePortName winner) {}

    private static String message(Rivals rivals, List<Claim> lost) {
        Map<Frontend, FrontendKind> frontends = new TreeMap<>();
        lost.forEach(claim -> frontends.put(claim.frontend(), claim.kind()));
        String named = frontends.entrySet().stream()
                .limit(NAMED_IN_WARNING)
                .map(entry -> entry.getKey() + " (" + entry.getValue().label() + ")")
                .collect(Collectors.joining(", "));
        int more = frontends.size() - NAMED_IN_WARNING;
        return "Port " + rivals.loser() + " is not reachable at " + named
                + (more > 0 ? " and " + more + " more" : "") + ": " + rivals.winner()
                + " has it. Change the address or port of one of them.";
    }
}
