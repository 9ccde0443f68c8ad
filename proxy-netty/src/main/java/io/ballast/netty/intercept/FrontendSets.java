package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.Admission;
import io.ballast.netty.intercept.PacketRules.Rule;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the sets of the tables {@code inet ballast} and {@code arp ballast} hold of frontends. <em>Confined to the sync
 * thread.</em>
 */
final class FrontendSets {
    /** Addresses of steered frontends, kept out of ARP. */
    private static final String SILENT = "arp ballast steered";

    private final Map<Frontend, Rule> rules = new HashMap<>();
    /** How many frontends of an address are steered. */
    private final Map<IpAddress, Integer> steered = new HashMap<>();

    int size() {
        return rules.size();
    }

    boolean isAnySteered() {
        return !steered.isEmpty();
    }

    /** What is there of these frontends now, null for nothing. */
    Map<Frontend, @Nullable Rule> present(Collection<Frontend> frontends) {
        Map<Frontend, @Nullable Rule> present = new LinkedHashMap<>();
        frontends.forEach(frontend -> present.put(frontend, rules.get(frontend)));
        return present;
    }

    static void flush(StringBuilder commands) {
        for (SetOfFrontends set : SetOfFrontends.values()) {
            SetElements.flush(commands, set.setName(true), set.setName(false));
        }
        SetElements.flush(commands, SILENT);
    }

    /** Takes in what becomes of frontends, and appends the commands that bring the kernel there. */
    void change(StringBuilder commands, Map<Frontend, @Nullable Rule> after) {
        for (SetOfFrontends set : SetOfFrontends.values()) {
            for (boolean ipv4 : new boolean[] {true, false}) {
                String name = set.setName(ipv4);
                SetElements.write(
                        commands, "delete", name, elements(after.keySet(), ipv4, f -> leaves(set, f, after.get(f))));
                SetElements.write(
                        commands, "add", name, elements(after.keySet(), ipv4, f -> enters(set, f, after.get(f))));
            }
        }
        silence(commands, after);
        after.forEach((frontend, rule) -> {
            if (rule == null) {
                rules.remove(frontend);
            } else {
                rules.put(frontend, rule);
            }
        });
    }

    /** Appends the commands that fill empty sets. */
    void fill(StringBuilder commands) {
        for (SetOfFrontends set : SetOfFrontends.values()) {
            for (boolean ipv4 : new boolean[] {true, false}) {
                SetElements.write(
                        commands,
                        "add",
                        set.setName(ipv4),
                        elements(rules.keySet(), ipv4, f -> set.holds(rules.get(f))));
            }
        }
        SetElements.write(commands, "add", SILENT, SetElements.of(steered.keySet(), true));
    }

    private boolean leaves(SetOfFrontends set, Frontend frontend, @Nullable Rule after) {
        return set.holds(rules.get(frontend)) && !set.holds(after);
    }

    private boolean enters(SetOfFrontends set, Frontend frontend, @Nullable Rule after) {
        return !set.holds(rules.get(frontend)) && set.holds(after);
    }

    private static List<String> elements(Set<Frontend> frontends, boolean ipv4, Predicate<Frontend> wanted) {
        return frontends.stream()
                .filter(frontend -> frontend.address().isIpv4() == ipv4)
                .filter(wanted)
                .map(SetElements::of)
                .toList();
    }

    /** No ARP for an address as long as one of its frontends is steered. */
    private void silence(StringBuilder commands, Map<Frontend, @Nullable Rule> after) {
        Set<IpAddress> added = new LinkedHashSet<>();
        Set<IpAddress> removed = new LinkedHashSet<>();
        after.forEach((frontend, rule) -> {
            IpAddress address = frontend.address();
            if (enters(SetOfFrontends.STEERED, frontend, rule) && steered.merge(address, 1, Integer::sum) == 1) {
                added.add(address);
            } else if (leaves(SetOfFrontends.STEERED, frontend, rule)
                    && steered.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1) == null) {
                removed.add(address);
            }
        });
        Set<IpAddress> both = new LinkedHashSet<>(added);
        both.retainAll(removed);
        added.removeAll(both);
        removed.removeAll(both);
        SetElements.write(commands, "delete", SILENT, SetElements.of(removed, true));
        SetElements.write(commands, "add", SILENT, SetElements.of(added, true));
    }

    private enum SetOfFrontends {
        STEERED,
        REFUSED,
        DROPPED,
        INSIDE_ONLY;

        boolean holds(@Nullable Rule rule) {
            return rule != null
                    && switch (this) {
                        case STEERED -> rule.steered();
                        case REFUSED -> rule.admission() == Admission.REFUSE;
                        case DROPPED -> rule.admission() == Admission.DROP;
                        case INSIDE_ONLY -> rule.admission() == Admission.INSIDE_ONLY;
                    };
        }

        String setName(boolean ipv4) {
            return "inet ballast " + name().toLowerCase(Locale.ROOT) + (ipv4 ? 4 : 6);
        }
    }
}
