package io.ballast.netty.cleanup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What kube-proxy left in one of iptables' rule sets, worked out from the text of {@code iptables-save(8)}.
 * <em>Immutable.</em>
 *
 * <p>kubelet's chains (KUBE-FIREWALL, KUBE-KUBELET-CANARY) and those of network policy engines begin with KUBE- as
 * well: only the names that kube-proxy gives count, in its iptables and ipvs modes ({@code pkg/proxy/iptables},
 * {@code pkg/proxy/ipvs}). A chain that somebody else's chain still uses stays.
 *
 * @param chains by table
 * @param jumps rules of built-in chains that lead to them, by table: {@code PREROUTING -j KUBE-SERVICES}
 */
record IptablesLeftovers(Map<String, Set<String>> chains, Map<String, List<String>> jumps) {
    private static final Pattern OWN =
            Pattern.compile("KUBE-(SERVICES|EXTERNAL-SERVICES|NODEPORTS|POSTROUTING|MARK-MASQ"
                    + "|FORWARD|PROXY-FIREWALL|PROXY-CANARY|LOAD-BALANCER|NODE-PORT|SOURCE-RANGES-FIREWALL|IPVS-FILTER"
                    + "|IPVS-OUT-FILTER|(SVC|SVL|SEP|FW|EXT|XLB)-\\S+)");
    private static final Set<String> BUILT_IN = Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");
    private static final Pattern RULE = Pattern.compile("-A (\\S+) (?:.* )?-[jg] (\\S+)(?: .*)?");

    /** Reads the output of {@code iptables-save}. */
    static IptablesLeftovers of(String saved) {
        Map<String, Set<String>> chains = new LinkedHashMap<>();
        Map<String, List<String>> rules = new LinkedHashMap<>();
        String table = "";
        for (String line : saved.lines().toList()) {
            if (line.startsWith("*")) {
                table = line.substring(1);
                chains.put(table, new LinkedHashSet<>());
                rules.put(table, new ArrayList<>());
            } else if (line.startsWith(":") && chains.containsKey(table)) {
                String chain = line.substring(1).split(" ", 2)[0];
                if (OWN.matcher(chain).matches()) {
                    chains.get(table).add(chain);
                }
            } else if (line.startsWith("-A ") && rules.containsKey(table)) {
                rules.get(table).add(line);
            }
        }
        Map<String, List<String>> jumps = new LinkedHashMap<>();
        chains.forEach((name, own) -> jumps.put(name, release(own, rules.getOrDefault(name, List.of()))));
        chains.values().removeIf(Set::isEmpty);
        jumps.values().removeIf(List::isEmpty);
        return new IptablesLeftovers(chains, jumps);
    }

    /** Takes out chains that others use, and what those lead to; returns the built-in chains' jumps to the rest. */
    private static List<String> release(Set<String> own, List<String> rules) {
        List<String> jumps = new ArrayList<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            jumps.clear();
            for (String rule : rules) {
                Matcher matcher = RULE.matcher(rule);
                if (!matcher.matches() || !own.contains(matcher.group(2))) {
                    continue;
                }
                if (BUILT_IN.contains(matcher.group(1))) {
                    jumps.add(rule.substring("-A ".length()));
                } else if (!own.contains(matcher.group(1))) {
                    changed |= own.remove(matcher.group(2));
                }
            }
        }
        return jumps;
    }

    boolean isEmpty() {
        return chains.isEmpty();
    }

    /**
     * Commands for {@code iptables-restore --noflush}, which applies each table as a whole: every chain is emptied,
     * then the jumps go, then the chains.
     */
    String restoreCommands() {
        StringBuilder commands = new StringBuilder();
        chains.forEach((table, names) -> {
            commands.append('*').append(table).append('\n');
            names.forEach(name -> commands.append(':').append(name).append(" - [0:0]\n"));
            jumps.getOrDefault(table, List.of())
                    .forEach(jump -> commands.append("-D ").append(jump).append('\n'));
            names.forEach(name -> commands.append("-X ").append(name).append('\n'));
            commands.append("COMMIT\n");
        });
        return commands.toString();
    }
}
