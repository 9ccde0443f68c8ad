package io.ballast.netty.intercept;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.netty.intercept.PacketRules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nftables table {@code inet ballast_sources}: who may open connections to a frontend by {@code
 * loadBalancerSourceRanges}. All others get no answer, whether there are endpoints or not (kube-proxy's {@code
 * firewall-check}).
 *
 * <p>A verdict map leads from the frontend to a chain, which frontends with the same ranges share: a change costs what
 * it changes. It is a table of its own because the names of the chains are this process's: its first change replaces the
 * table as a whole. <em>Confined to the sync thread.</em>
 */
final class SourceRangeRules {
    static final String TABLE = "inet ballast_sources";

    private static final String NO_TABLE = """
            add table inet ballast_sources
            delete table inet ballast_sources
            """;
    /** Comes before the rules that refuse: who may not connect shall not learn whether there are endpoints. */
    private static final String EMPTY_TABLE = NO_TABLE + """
            table inet ballast_sources {
              map frontends4 { type ipv4_addr . inet_proto . inet_service : verdict; }
              map frontends6 { type ipv6_addr . inet_proto . inet_service : verdict; }
              chain prerouting {
                type filter hook prerouting priority mangle - 2; policy accept;
                meta l4proto != { tcp, udp } accept
                tcp flags & (fin | syn | rst | ack) != syn accept
                ip daddr . meta l4proto . th dport vmap @frontends4
                ip6 daddr . meta l4proto . th dport vmap @frontends6
              }
            }
            """;

    private final Map<Frontend, List<Cidr>> guarded = new HashMap<>();
    private final Map<List<Cidr>, Chain> chains = new HashMap<>();
    /** Chains in the kernel that nothing leads to any more. */
    private final List<String> stale = new ArrayList<>();

    private Kernel kernel = Kernel.UNKNOWN;
    private int chainsNamed;

    /** What the kernel has; a process before this one may have left anything. */
    private enum Kernel {
        UNKNOWN,
        NO_TABLE,
        TABLE
    }

    private static final class Chain {
        private final String name;
        private int uses;

        private Chain(String name) {
            this.name = name;
        }
    }

    /**
     * Takes in what becomes of frontends and returns the commands that bring the kernel there from what it was told last.
     * Call {@link #distrust} where they fail.
     */
    String change(Map<Frontend, @Nullable Rule> after) {
        Script script = new Script();
        after.forEach((frontend, rule) -> {
            List<Cidr> ranges = rule == null ? List.of() : rule.sources();
            List<Cidr> before = guarded.getOrDefault(frontend, List.of());
            if (!ranges.equals(before)) {
                leave(script, frontend, before);
                enter(script, frontend, ranges);
            }
        });
        if (kernel == Kernel.TABLE) {
            return script.toString();
        }
        return guarded.isEmpty() ? withoutTable() : whole();
    }

    private void leave(Script script, Frontend frontend, List<Cidr> ranges) {
        Chain chain = chains.get(ranges);
        if (chain == null) {
            return;
        }
        guarded.remove(frontend);
        script.delete(frontend);
        if (--chain.uses == 0) {
            chains.remove(ranges);
            stale.add(chain.name);
        }
    }

    private void enter(Script script, Frontend frontend, List<Cidr> ranges) {
        if (ranges.isEmpty()) {
            return;
        }
        guarded.put(frontend, ranges);
        Chain chain = chains.computeIfAbsent(ranges, key -> {
            Chain fresh = new Chain("ranges" + chainsNamed++);
            script.chain(fresh.name, key);
            return fresh;
        });
        chain.uses++;
        script.add(frontend, chain.name);
    }

    private String withoutTable() {
        boolean known = kernel == Kernel.NO_TABLE;
        kernel = Kernel.NO_TABLE;
        stale.clear();
        return known ? "" : NO_TABLE;
    }

    private String whole() {
        kernel = Kernel.TABLE;
        stale.clear();
        Script script = new Script();
        chains.forEach((ranges, chain) -> script.chain(chain.name, ranges));
        guarded.forEach((frontend, ranges) -> {
            Chain chain = chains.get(ranges);
            if (chain != null) {
                script.add(frontend, chain.name);
            }
        });
        return EMPTY_TABLE + script;
    }

    /**
     * The kernel has not taken what {@link #change} returned.
     *
     * @param before what was there of the frontends
     */
    void undo(Map<Frontend, @Nullable Rule> before) {
        change(before);
        distrust();
    }

    /** The kernel may have anything: the next change writes the whole table. */
    void distrust() {
        kernel = Kernel.UNKNOWN;
    }

    /** Commands that remove chains nothing leads to; of use once a {@link #change} is in force. */
    String cleared() {
        String commands = stale.stream()
                .map(name -> "delete chain " + TABLE + " " + name + "\n")
                .collect(Collectors.joining());
        stale.clear();
        return commands;
    }

    /** Chains first, since elements lead to them; what goes before what comes, since it may be the same frontend. */
    private static final class Script {
        private final StringBuilder chains = new StringBuilder();
        private final List<Frontend> deleted = new ArrayList<>();
        private final Map<Frontend, String> added = new HashMap<>();

        void chain(String name, List<Cidr> ranges) {
            boolean ipv4 = ranges.get(0).network().isIpv4();
            String sources = ranges.stream().map(Cidr::toString).collect(Collectors.joining(", "));
            chains.append("add chain " + TABLE + " ")
                    .append(name)
                    .append(ipv4 ? " { ip" : " { ip6")
                    .append(" saddr { ")
                    .append(sources)
                    .append(" } accept; drop; }\n");
        }

        void delete(Frontend frontend) {
            deleted.add(frontend);
        }

        void add(Frontend frontend, String chain) {
            added.put(frontend, chain);
        }

        @Override
        public String toString() {
            StringBuilder commands = new StringBuilder(chains);
            for (boolean ipv4 : new boolean[] {true, false}) {
                String map = TABLE + " frontends" + (ipv4 ? 4 : 6);
                SetElements.write(
                        commands,
                        "delete",
                        map,
                        deleted.stream()
                                .filter(frontend -> frontend.address().isIpv4() == ipv4)
                                .map(SetElements::of)
                                .toList());
                SetElements.write(
                        commands,
                        "add",
                        map,
                        added.entrySet().stream()
                                .filter(entry -> entry.getKey().address().isIpv4() == ipv4)
                                .map(entry -> SetElements.of(entry.getKey()) + " : jump " + entry.getValue())
                                .toList());
            }
            return commands.toString();
        }
    }
}
