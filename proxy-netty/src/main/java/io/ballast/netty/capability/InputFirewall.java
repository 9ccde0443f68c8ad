package io.ballast.netty.capability;

import io.ballast.netty.KernelNumbers;
import io.ballast.netty.linux.HostCommand;
import io.ballast.netty.linux.nft.Nftables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds chains that drop or reject by default what comes in to the host: by their policy (ufw), or by a last rule without
 * a condition (firewalld, and what Red Hat's installers write). Pods' traffic to Services crosses them with Ballast; with
 * kube-proxy it crossed those for forwarding. Stateless.
 */
final class InputFirewall {
    private static final List<String> FAMILIES = List.of("ip", "ip6");
    private static final String REMEDY =
            ": it must accept new and further packets of pods to Services, which have no conntrack entries";
    /** What may stand before a verdict without being a condition. */
    private static final String STATEMENTS =
            "(counter( packets \\d+ bytes \\d+)? )?(log( prefix \"[^\"]*\")?( level \\w+)? )?";

    private static final Pattern LAST_WORD =
            Pattern.compile(STATEMENTS + "(drop|reject( with .*)?|xt target \"REJECT\")" + "( comment \".*\")?");
    private static final Pattern LEGACY = Pattern.compile("-A INPUT -j (DROP|REJECT.*)");

    private InputFirewall() {}

    static List<String> obstacles() {
        List<String> found = new ArrayList<>();
        Optional<String> missing = Nftables.unavailability();
        if (missing.isPresent()) {
            found.add("nftables chains cannot be looked at: " + missing.get());
        } else {
            try (Nftables nftables = Nftables.open()) {
                for (String chain : inputChains(nftables.run("list chains"))) {
                    if (dropsByDefault(nftables.run("list chain " + chain))) {
                        found.add("nftables chain " + chain + " drops by default" + REMEDY);
                    }
                }
            }
        }
        FAMILIES.forEach(family -> found.addAll(legacy(family)));
        return found;
    }

    /** The chains with {@code hook input} in nft's list of chains, but for Ballast's own. */
    static List<String> inputChains(String chains) {
        List<String> found = new ArrayList<>();
        String table = "";
        String chain = "";
        for (String line : chains.lines().map(String::strip).toList()) {
            if (line.startsWith("table ")) {
                table = line.substring("table ".length()).replace(" {", "");
            } else if (line.startsWith("chain ")) {
                chain = line.substring("chain ".length()).replace(" {", "");
            } else if (line.contains("hook input") && !table.startsWith("arp ") && !KernelNumbers.isOwnTable(table)) {
                found.add(table + " " + chain);
            }
        }
        return found;
    }

    /** Whether a chain, as nft lists it, ends with a drop for what none of its rules accepted. */
    static boolean dropsByDefault(String chain) {
        List<String> lines = chain.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("}"))
                .toList();
        return lines.stream().anyMatch(line -> line.contains("hook input") && line.contains("policy drop"))
                || LAST_WORD.matcher(lines.get(lines.size() - 1)).matches();
    }

    private static List<String> legacy(String family) {
        Path tables = Path.of("/proc/thread-self/net", family + "_tables_names");
        String program = family + "tables-legacy-save";
        try {
            if (!Files.isReadable(tables)
                    || !Files.readAllLines(tables).contains("filter")
                    || !HostCommand.isInstalled(program)) {
                return List.of();
            }
            return legacyDrops(HostCommand.run("", program, "-t", "filter"))
                    ? List.of(family + "tables-legacy chain INPUT drops by default" + REMEDY)
                    : List.of();
        } catch (IOException e) {
            return List.of(family + "tables-legacy rules cannot be looked at: " + e.getMessage());
        }
    }

    /** The same for what {@code iptables-save} prints. */
    static boolean legacyDrops(String saved) {
        List<String> rules =
                saved.lines().filter(line -> line.startsWith("-A INPUT ")).toList();
        return saved.lines().anyMatch(line -> line.startsWith(":INPUT DROP"))
                || (!rules.isEmpty()
                        && LEGACY.matcher(rules.get(rules.size() - 1)).matches());
    }
}
