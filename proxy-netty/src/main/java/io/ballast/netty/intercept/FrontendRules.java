package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.Admission;
import io.ballast.core.routing.FrontendRoute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel rules of single frontends: external ones are steered, and those that not everyone may connect to are
 * guarded. <em>Confined to the sync thread.</em>
 */
final class FrontendRules {
    private static final Logger log = LoggerFactory.getLogger(FrontendRules.class);

    private final PacketRules steering;
    private final FrontendFacts facts;
    private final HeldFrontends held;
    private final Predicate<Frontend> inUse;
    private final Map<Frontend, PacketRules.Rule> wanted = new LinkedHashMap<>();
    /** What the kernel has taken. */
    private final Map<Frontend, PacketRules.Rule> inForce = new HashMap<>();
    /** Why these are not as wanted; tried again by {@link #sweep}. */
    private final Map<Frontend, String> failures = new LinkedHashMap<>();
    /** Steered frontends that are gone but may still carry connections, whose packets must find their way. */
    private final Set<Frontend> lingering = new LinkedHashSet<>();
    /** Nothing changes in the kernel before the first {@link #commit}. */
    private boolean committed;

    FrontendRules(PacketRules steering, FrontendFacts facts, HeldFrontends held, Predicate<Frontend> inUse) {
        this.steering = steering;
        this.facts = facts;
        this.held = held;
        this.inUse = inUse;
    }

    /** Whether the frontend's address belongs to nobody here, so that its packets have to be led here. */
    boolean isSteered(FrontendRoute route) {
        IpAddress address = route.frontend().address();
        boolean external = route.kind() == FrontendKind.EXTERNAL_IP || route.kind() == FrontendKind.LOAD_BALANCER_IP;
        return external && !address.isLoopback() && !facts.ownedByNode().test(address);
    }

    /** Whether outsiders must be kept away and no rule does it, so that whoever finds the socket has to. */
    boolean isJudgedBySource(FrontendRoute route) {
        return admission(route) == Admission.INSIDE_ONLY && !steering.judgesSources();
    }

    private Admission admission(FrontendRoute route) {
        return held.isHeld(route.frontend()) ? Admission.EVERYONE : route.admission();
    }

    /** Why a frontend cannot be served for want of rules, {@code ""} where it can. */
    String obstacle(FrontendRoute route) {
        return isSteered(route) ? steering.unavailableReason() : "";
    }

    /**
     * A rule is needed for what is steered, and for what is not open to everyone.
     *
     * @return the frontends for which the kernel has not what it should, with the reasons
     */
    Map<Frontend, String> set(Collection<FrontendRoute> frontends) {
        for (FrontendRoute route : frontends) {
            PacketRules.Rule rule = new PacketRules.Rule(
                    route.frontend(),
                    isSteered(route),
                    admission(route),
                    facts.allowedSources().apply(route));
            lingering.remove(route.frontend());
            if (rule.isNeeded()) {
                wanted.put(route.frontend(), rule);
            } else {
                wanted.remove(route.frontend());
            }
        }
        return apply(frontends.stream().map(FrontendRoute::frontend).toList());
    }

    /** Rules that carry connections stay until {@link #sweep} finds them unused. */
    void withdraw(Collection<FrontendRoute> frontends) {
        List<Frontend> gone = new ArrayList<>();
        for (FrontendRoute route : frontends) {
            PacketRules.Rule rule = wanted.get(route.frontend());
            if (rule != null && rule.steered()) {
                lingering.add(rule.frontend());
            } else {
                wanted.remove(route.frontend());
                gone.add(route.frontend());
            }
        }
        apply(gone);
        sweep();
    }

    /**
     * To be called after each batch that is served. The first one replaces, in one step, what an earlier process left: a
     * frontend that both have is led here all the time.
     *
     * @return as {@link #set}
     */
    Map<Frontend, String> commit() {
        if (committed || !steering.unavailableReason().isEmpty()) {
            return Map.of();
        }
        committed = true;
        return update(List.copyOf(wanted.values()), List.of());
    }

    /** Removes what nobody needs any longer, and tries again what failed. */
    void sweep() {
        List<Frontend> again = new ArrayList<>(failures.keySet());
        for (Frontend frontend : List.copyOf(lingering)) {
            if (!inUse.test(frontend)) {
                lingering.remove(frontend);
                wanted.remove(frontend);
                again.add(frontend);
            }
        }
        apply(again);
    }

    private Map<Frontend, String> apply(Collection<Frontend> frontends) {
        List<PacketRules.Rule> added = new ArrayList<>();
        List<PacketRules.Rule> removed = new ArrayList<>();
        for (Frontend frontend : new LinkedHashSet<>(frontends)) {
            PacketRules.Rule rule = wanted.get(frontend);
            PacketRules.Rule present = inForce.get(frontend);
            if (rule != null && !rule.equals(present)) {
                added.add(rule);
            } else if (rule == null && present != null) {
                removed.add(present);
            } else {
                failures.remove(frontend);
            }
        }
        boolean needed = !added.isEmpty() || !removed.isEmpty();
        return needed && committed ? update(added, removed) : Map.of();
    }

    private Map<Frontend, String> update(List<PacketRules.Rule> added, List<PacketRules.Rule> removed) {
        Map<Frontend, String> failed = steering.update(added, removed);
        for (PacketRules.Rule rule : added) {
            if (!failed.containsKey(rule.frontend())) {
                inForce.put(rule.frontend(), rule);
                failures.remove(rule.frontend());
            }
        }
        for (PacketRules.Rule rule : removed) {
            if (!failed.containsKey(rule.frontend())) {
                inForce.remove(rule.frontend());
                failures.remove(rule.frontend());
            }
        }
        failed.forEach(this::failed);
        return failed;
    }

    private void failed(Frontend frontend, String reason) {
        boolean news = !reason.equals(failures.put(frontend, reason));
        if (news && !wanted.containsKey(frontend)) {
            log.atWarn()
                    .addKeyValue("frontend", frontend)
                    .addKeyValue("reason", reason)
                    .log("The rule of a frontend that is gone cannot be removed; it is tried again");
        }
    }
}
