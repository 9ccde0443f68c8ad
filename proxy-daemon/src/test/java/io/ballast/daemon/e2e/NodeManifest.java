package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Node for {@code --source-dir}. Mutable, confined to one thread. */
final class NodeManifest {
    private final String name;
    private final List<String> addresses;
    private final List<String> labels = new ArrayList<>();
    private final List<String> podCidrs = new ArrayList<>();

    private NodeManifest(String name, List<String> addresses) {
        this.name = name;
        this.addresses = addresses;
    }

    static NodeManifest of(Machine machine) {
        return new NodeManifest(machine.name(), List.of(machine.ipv4(), machine.ipv6()));
    }

    static NodeManifest of(String name, String... internalIps) {
        return new NodeManifest(name, List.of(internalIps));
    }

    NodeManifest zone(String zone) {
        labels.add("topology.kubernetes.io/zone: \"" + zone + "\"");
        return this;
    }

    NodeManifest podCidrs(String... cidrs) {
        podCidrs.addAll(List.of(cidrs));
        return this;
    }

    /** Puts it into a directory as one file, which readers never see half written. */
    void write(Path directory) throws IOException {
        Manifest.write(directory, "node", toString());
    }

    @Override
    public String toString() {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: %s, labels: {%s}}
                spec: {podCIDRs: %s}
                status: {addresses: [%s]}
                """.formatted(
                        name,
                        String.join(", ", labels),
                        Manifest.quoted(podCidrs),
                        addresses.stream()
                                .map(ip -> "{type: InternalIP, address: \"" + ip + "\"}")
                                .collect(Collectors.joining(", ")));
    }
}
