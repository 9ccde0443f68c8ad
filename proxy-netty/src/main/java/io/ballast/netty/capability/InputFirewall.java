package io.ballast.netty.capability;

import io.ballast.netty.linux.HostCommand;
import io.ballast.netty.linux.nft.Nftables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds chains that drop by default what comes in to the host. Pods' traffic to Services crosses them with Ballast;
 * with kube-proxy it crossed those for forwarding. Stateless.
 */
final class InputFirewall {
    private static final List<String> FAMILIES = List.of("ip", "ip6");

    private InputFirewall() {}

    static List<String> obstacles() {
        List<String> found = new ArrayList<>();
        Optional<String> missing = Nftables.unavailability();
        if (missing.isPresent()) {
            found.add("nftables chains cannot be looked at: " + missing.get());
        } else {
            try (Nftables nftables = Nftables.open()) {
                found.addAll(inputDrops(nftables.run("list chains")));
            }
        }
        FAMILIES.forEach(family -> found.addAll(legacy(family)));
        return found;
    }

    /** The chains with {@code hook input} and {@code policy drop} in nft's list of chains. */
    static List<String> inputDrops(String chains) {
        List<String> found = new ArrayList<>();
        String table = "";
        String chain = "";
        for (String line : chains.lines().map(String::strip).toList()) {
            if (line.startsWith("table ")) {
                table = line.substring("table ".length()).replace(" {", "");
            } else if (line.startsWith("chain ")) {
                chain = line.substring("chain ".length()).replace(" {", "");
            } else if (line.contains("hook input") && line.contains("policy drop")) {
                found.add("nftables chain " + table + " " + chain
                        + " drops by default: it must accept pods' connections to Services");
            }
        }
        return found;
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
            return HostCommand.run("", program, "-t", "filter").lines().anyMatch(line -> line.startsWith(":INPUT DROP"))
                    ? List.of(family + "tables-legacy chain INPUT drops by default: it must accept pods' connections to"
                            + " Services")
                    : List.of();
        } catch (IOException e) {
            return List.of(family + "tables-legacy rules cannot be looked at: " + e.getMessage());
        }
    }
}
