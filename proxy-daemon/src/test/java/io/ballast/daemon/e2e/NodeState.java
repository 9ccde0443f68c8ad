package io.ballast.daemon.e2e;

import io.ballast.netty.testing.KernelObjects;
import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All of a node that Ballast may change or leave something in, as the kernel's own tools list it. Immutable.
 *
 * @param listings by the command or place that they come from
 */
record NodeState(Map<String, String> listings) {
    private static final Path REPORTS = Path.of("target", "cleanup");
    private static final String[][] COMMANDS = {
        {"ip", "route", "show", "table", "all"},
        {"ip", "-6", "route", "show", "table", "all"},
        {"ip", "rule"},
        {"ip", "-6", "rule"},
        // Without what rules of others have counted meanwhile.
        {"nft", "--stateless", "list", "ruleset"},
        {"sysctl", "-a", "-r", "^net\\."},
    };

    static NodeState of(Machine node, BpfMount mount) throws Exception {
        Map<String, String> listings = new LinkedHashMap<>();
        for (String[] command : COMMANDS) {
            listings.put(String.join(" ", command), node.exec(command));
        }
        // Counts connections.
        listings.replaceAll((name, listing) -> listing.replaceAll("(?m)^\\S+nf_conntrack_count = .*\n", ""));
        listings.put("ls /sys/fs/bpf", String.join("\n", mount.list("/sys/fs/bpf")));
        listings.put(
                "eBPF links of this network namespace, their programs and maps",
                String.join("\n", node.run(KernelObjects::here)));
        return new NodeState(listings);
    }

    /** The same but for one setting. */
    NodeState with(String setting, String value) {
        Map<String, String> changed = new LinkedHashMap<>(listings);
        changed.replaceAll((name, listing) ->
                listing.replaceAll("(?m)^" + setting.replace(".", "\\.") + " = .*$", setting + " = " + value));
        return new NodeState(changed);
    }

    /** Leaves it for people to compare, in {@code target/cleanup}. */
    NodeState write(String name) throws IOException {
        Files.createDirectories(REPORTS);
        Files.writeString(REPORTS.resolve(name + ".txt"), toString());
        return this;
    }

    @Override
    public String toString() {
        return listings.entrySet().stream()
                .map(entry -> "# " + entry.getKey() + "\n" + entry.getValue().stripTrailing() + "\n")
                .collect(Collectors.joining("\n"));
    }
}
