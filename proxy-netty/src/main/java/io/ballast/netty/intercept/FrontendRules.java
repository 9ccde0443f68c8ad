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
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The kernel rules of single frontends: external ones are steered, and those that not everyone may connect to are
 * guarded. <em>Confined to the sync thread.</em>
 */
final class FrontendRules {
    private final PacketRules steering;
    private final FrontendFacts facts;
    private final HeldFrontends held;
    private final Predicate<Frontend> inUse;
    private final Map<Frontend, PacketRules.Rule> rules = new HashMap<>();
    /** Steered frontends that are gone but may still carry connections, whose packets must find their way. */
    private final Map<Frontend, PacketRules.Rule> lingering = new LinkedHashMap<>();
    /** Nothing changes in the kernel before the first {@link #commit}. */
    private boolean updated;

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

    /** A rule is needed for what is steered, and for what is not open to everyone. */
    void set(Collection<FrontendRoute> frontends) {
        List<PacketRules.Rule> added = new ArrayList<>();
        List<PacketRules.Rule> removed = new ArrayList<>();
        for (FrontendRoute route : frontends) {
            PacketRules.Rule wanted = new PacketRules.Rule(
                    route.frontend(),
                    isSteered(route),
                    admission(route),
                    facts.allowedSources().apply(route));
            boolean needed = wanted.isNeeded();
            PacketRules.Rule present = rules.get(route.frontend());
            lingering.remove(route.frontend());
            if (needed && !wanted.equals(present)) {
                rules.put(route.frontend(), wanted);
                added.add(wanted);
            } else if (!needed && present != null) {
                rules.remove(route.frontend());
                removed.add(present);
            }
        }
        update(added, removed);
    }

    /** Rules that carry connections stay until {@link #sweep} finds them unused. */
    void withdraw(Collection<FrontendRoute> frontends) {
        List<PacketRules.Rule> gone = new ArrayList<>();
        for (FrontendRoute route : frontends) {
            PacketRules.Rule rule = rules.remove(route.frontend());
            if (rule != null && rule.steered()) {
                lingering.put(rule.frontend(), rule);
            } else if (rule != null) {
                gone.add(rule);
            }
        }
        update(List.of(), gone);
        sweep();
    }

    /**
     * To be called after each batch that is served. The first one replaces, in one step, what an earlier process left: a
     * frontend that both have is led here all the time.
     */
    void commit() {
        if (!updated && steering.unavailableReason().isEmpty()) {
            steering.update(List.copyOf(rules.values()), List.of());
            updated = true;
        }
    }

    void sweep() {
        List<PacketRules.Rule> done = lingering.values().stream()
                .filter(rule -> !inUse.test(rule.frontend()))
                .toList();
        done.forEach(rule -> lingering.remove(rule.frontend()));
        update(List.of(), done);
    }

    private void update(List<PacketRules.Rule> added, List<PacketRules.Rule> removed) {
        boolean needed = !added.isEmpty() || !removed.isEmpty();
        if (updated && needed && steering.unavailableReason().isEmpty()) {
            steering.update(added, removed);
        }
    }
}
