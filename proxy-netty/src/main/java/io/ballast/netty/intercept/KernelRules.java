package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nftables tables {@code inet ballast} and {@code arp ballast}: what they hold is explained in {@code ballast.nft}.
 * <em>Confined to the sync thread.</em>
 */
public final class KernelRules implements PacketRules {
    private static final Logger log = LoggerFactory.getLogger(KernelRules.class);

    /** The tables, as commands and messages name them. */
    public static final Set<String> TABLES = Set.of("inet ballast", "arp ballast", SourceRangeRules.TABLE);

    /** Transactions that one update may take to tell frontends that the kernel refuses from those it takes. */
    private static final int MOST_ATTEMPTS = 40;

    private final Consumer<String> nft;
    private final SteeringRules steering = new SteeringRules();
    private final SourceRangeRules sourceRanges = new SourceRangeRules();
    private final FrontendSets frontends = new FrontendSets();
    private final Set<IpAddress> guarded = new HashSet<>();
    /** Guarded in the kernel although nobody wants it any more. */
    private final Set<IpAddress> unguarded = new HashSet<>();

    private @Nullable InsideSources inside;
    private String tables = "";
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
        tables = template("ballast.nft").replace("$node4", nodeAddress.isIpv4() ? nodeAddress.toString() : "0.0.0.0");
        nft.accept(tables);
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

    /** Replaces whatever is there by all that should be, in one transaction. */
    @Override
    public List<String> restore() {
        StringBuilder commands = new StringBuilder();
        for (String table : List.of("inet ballast", "arp ballast")) {
            commands.append("add table ")
                    .append(table)
                    .append("\ndelete table ")
                    .append(table)
                    .append('\n');
        }
        commands.append(tables);
        write(commands, "add", guarded);
        if (inside != null) {
            commands.append(inside.commands());
        }
        frontends.fill(commands);
        if (frontends.isAnySteered()) {
            commands.append(steering.restored());
        }
        sourceRanges.distrust();
        commands.append(sourceRanges.change(Map.of()));
        try {
            run(commands);
        } catch (RuntimeException e) {
            sourceRanges.distrust();
            throw e;
        }
        steering.changed(frontends.isAnySteered());
        unguarded.clear();
        guarding = true;
        updating = true;
        return List.of("tables inet ballast and arp ballast with " + guarded.size()
                + " guarded addresses and rules for " + frontends.size() + " frontends");
    }

    /** Guards ClusterIPs: only sockets bound to the very address answer there. */
    public void guard(Collection<IpAddress> addresses) {
        unguarded.removeAll(addresses);
        change("add", addresses);
        guarded.addAll(addresses);
    }

    public void unguard(Collection<IpAddress> addresses) {
        addresses.stream().filter(guarded::remove).forEach(unguarded::add);
        change("delete", unguarded);
        unguarded.clear();
    }

    private void change(String verb, Collection<IpAddress> addresses) {
        StringBuilder commands = new StringBuilder();
        if (!guarding) {
            SetElements.flush(
                    commands, "inet ballast clusterips4", "inet ballast clusterips6", "arp ballast addresses");
        }
        write(commands, verb, addresses);
        run(commands);
        guarding = true;
    }

    private static void write(StringBuilder commands, String verb, Collection<IpAddress> addresses) {
        List<String> v4 = SetElements.of(addresses, true);
        SetElements.write(commands, verb, "inet ballast clusterips4", v4);
        SetElements.write(commands, verb, "inet ballast clusterips6", SetElements.of(addresses, false));
        SetElements.write(commands, verb, "arp ballast addresses", v4);
    }

    /** Tells who external policy Local lets in where there are no local endpoints. */
    public void inside(InsideSources sources) {
        inside = sources;
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
    public Map<Frontend, String> update(Collection<Rule> add, Collection<Rule> remove) {
        Map<Frontend, @Nullable Rule> after = new LinkedHashMap<>();
        remove.forEach(rule -> after.put(rule.frontend(), null));
        add.forEach(rule -> after.put(rule.frontend(), rule));
        Map<Frontend, String> failures = new LinkedHashMap<>();
        Deque<Map<Frontend, @Nullable Rule>> parts = new ArrayDeque<>(List.of(after));
        for (int attempt = 1; !parts.isEmpty(); attempt++) {
            Map<Frontend, @Nullable Rule> part = parts.pop();
            String failure = change(part);
            if (failure.isEmpty()) {
                continue;
            }
            if (part.size() > 1 && attempt < MOST_ATTEMPTS) {
                halves(part).forEach(parts::push);
            } else {
                part.keySet().forEach(frontend -> failures.put(frontend, failure));
            }
        }
        return failures;
    }

    private static List<Map<Frontend, @Nullable Rule>> halves(Map<Frontend, @Nullable Rule> whole) {
        List<Map<Frontend, @Nullable Rule>> halves = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
        whole.forEach((frontend, rule) -> {
            int half = halves.get(0).size() < (whole.size() + 1) / 2 ? 0 : 1;
            halves.get(half).put(frontend, rule);
        });
        return halves;
    }

    /** In one transaction; returns why not, or the empty string. */
    private String change(Map<Frontend, @Nullable Rule> after) {
        Map<Frontend, @Nullable Rule> before = frontends.present(after.keySet());
        StringBuilder commands = new StringBuilder();
        if (!updating) {
            FrontendSets.flush(commands);
        }
        frontends.change(commands, after);
        boolean steers = frontends.isAnySteered();
        commands.append(steering.change(steers)).append(sourceRanges.change(after));
        try {
            run(commands);
        } catch (RuntimeException e) {
            frontends.change(new StringBuilder(), before);
            sourceRanges.undo(before);
            return String.valueOf(e.getMessage());
        }
        updating = true;
        steering.changed(steers);
        clearSourceRanges();
        return "";
    }

    private void clearSourceRanges() {
        try {
            run(new StringBuilder(sourceRanges.cleared()));
        } catch (RuntimeException e) {
            log.atDebug().setCause(e).log("Chains that nothing leads to stay until the next change");
            sourceRanges.distrust();
        }
    }

    private void run(StringBuilder commands) {
        if (!commands.isEmpty()) {
            nft.accept(commands.toString());
        }
    }
}
