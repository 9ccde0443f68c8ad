package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.Admission;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nftables tables {@code inet ballast} and {@code arp ballast}: what they hold is explained in {@code ballast.nft}.
 * <em>Confined to the sync thread.</em>
 */
public final class KernelRules implements PacketRules {
    private final Consumer<String> nft;
    private final SteeringRules steering = new SteeringRules();
    private final SourceRangeRules sourceRanges = new SourceRangeRules();
    /** What {@link #update} has put into the sets. */
    private final Map<Frontend, Rule> rules = new HashMap<>();
    /** How many frontends of an address are steered. */
    private final Map<IpAddress, Integer> steered = new HashMap<>();
    /** Whether sets hold what we want: the first change of each kind empties what another process left. */
    private boolean guarding;

    private boolean updating;

    /**
     * @param nft runs commands in one transaction, or throws
     */
    public KernelRules(Consumer<String> nft) {
        this.nft = nft;
    }

    /**
     * Loads tables, sets and chains; sets keep what another process left in them until the first change.
     *
     * @param mark set on steered packets, within {@code mask}
     * @param nodeAddress an IPv4 address of this node, for ARP requests
     */
    public void install(int mark, int mask, IpAddress nodeAddress) {
        steering.prepare(template("steering.nft").replace("$others", hex(~mask)).replace("$mark", hex(mark)));
        nft.accept(
                template("ballast.nft").replace("$node4", nodeAddress.isIpv4() ? nodeAddress.toString() : "0.0.0.0"));
    }

    private static String hex(int bits) {
        return "0x" + Integer.toHexString(bits);
    }

    private static String template(String name) {
        try (InputStream stream = KernelRules.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing beside its class");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Guards ClusterIPs: only sockets bound to the very address answer there. */
    public void guard(Collection<IpAddress> addresses) {
        change("add", addresses);
    }

    public void unguard(Collection<IpAddress> addresses) {
        change("delete", addresses);
    }

    private void change(String verb, Collection<IpAddress> addresses) {
        StringBuilder commands = new StringBuilder();
        if (!guarding) {
            SetElements.flush(
                    commands, "inet ballast clusterips4", "inet ballast clusterips6", "arp ballast addresses");
            guarding = true;
        }
        List<String> v4 = SetElements.of(addresses, true);
        SetElements.write(commands, verb, "inet ballast clusterips4", v4);
        SetElements.write(commands, verb, "inet ballast clusterips6", SetElements.of(addresses, false));
        SetElements.write(commands, verb, "arp ballast addresses", v4);
        run(commands);
    }

    /** Tells who external policy Local lets in where there are no local endpoints. */
    public void inside(InsideSources sources) {
        nft.accept(sources.commands());
    }

    @Override
    public String unavailableReason() {
        return "";
    }

    @Override
    public boolean judgesSources() {
        return true;
    }

    @Override
    public void update(Collection<Rule> add, Collection<Rule> remove) {
        Map<Frontend, @Nullable Rule> after = new LinkedHashMap<>();
        remove.forEach(rule -> after.put(rule.frontend(), null));
        add.forEach(rule -> after.put(rule.frontend(), rule));

        StringBuilder commands = new StringBuilder();
        if (!updating) {
            Arrays.stream(SetOfFrontends.values())
                    .forEach(set -> SetElements.flush(commands, set.setName(true), set.setName(false)));
            updating = true;
        }
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
        boolean steers = !steered.isEmpty();
        commands.append(steering.change(steers));
        commands.append(sourceRanges.change(after));
        try {
            run(commands);
        } catch (RuntimeException e) {
            sourceRanges.failed();
            throw e;
        }
        steering.changed(steers);
        after.forEach((frontend, rule) -> {
            if (rule == null) {
                rules.remove(frontend);
            } else {
                rules.put(frontend, rule);
            }
        });
        run(new StringBuilder(sourceRanges.cleared()));
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
        SetElements.write(commands, "delete", "arp ballast addresses", SetElements.of(removed, true));
        SetElements.write(commands, "add", "arp ballast addresses", SetElements.of(added, true));
    }

    private void run(StringBuilder commands) {
        if (!commands.isEmpty()) {
            nft.accept(commands.toString());
        }
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
