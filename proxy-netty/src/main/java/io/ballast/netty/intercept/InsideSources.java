package io.ballast.netty.intercept;

import io.ballast.core.detect.LocalDetector;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.bpf.SocketLookup;
import io.ballast.netty.linux.bpf.SourceClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who external policy Local lets in where there are no local endpoints, as the kernel tells them apart: local pods by
 * {@code detectLocalMode}, and this node. <em>Immutable.</em>
 *
 * @param nodeAddresses every address of the node's interfaces
 */
public record InsideSources(LocalDetector pods, Collection<IpAddress> nodeAddresses) {
    /** The rest has a meaning within nftables' quotes; such a name matches no interface then. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[^\"*\\\\\\s]{1,15}");

    public InsideSources {
        nodeAddresses = List.copyOf(nodeAddresses);
    }

    /** Commands that replace what the rules in {@code ballast.nft} call inside. */
    String commands() {
        StringBuilder commands = new StringBuilder();
        SetElements.flush(commands, "inet ballast inside4", "inet ballast inside6");
        List<Cidr> sources =
                new ArrayList<>(nodeAddresses.stream().map(Cidr::host).toList());
        if (pods instanceof LocalDetector.ByCidr byCidr) {
            sources.addAll(byCidr.cidrs());
        }
        for (boolean ipv4 : new boolean[] {true, false}) {
            List<String> blocks = sources.stream()
                    .filter(cidr -> cidr.network().isIpv4() == ipv4)
                    .map(Cidr::toString)
                    .toList();
            SetElements.write(commands, "add", "inet ballast inside" + (ipv4 ? 4 : 6), blocks);
        }
        commands.append("flush chain inet ballast inside_interfaces\n");
        if (pods instanceof LocalDetector.ByInterface byInterface
                && PLAIN_NAME.matcher(byInterface.name()).matches()) {
            commands.append("add rule inet ballast inside_interfaces iifname \"")
                    .append(byInterface.name())
                    .append(byInterface.prefix() ? "*\" accept\n" : "\" accept\n");
        }
        return commands.toString();
    }

    /**
     * Tells the lookup program, for where there are no rules. It knows interfaces by their indexes only, so call it again
     * when they change.
     *
     * @param interfaces names by index
     */
    public void declareTo(SocketLookup lookup, Map<Integer, String> interfaces) {
        Map<Cidr, SourceClass> blocks = new HashMap<>();
        Map<Integer, SourceClass> indexes = new HashMap<>();
        if (pods instanceof LocalDetector.ByCidr byCidr) {
            byCidr.cidrs().forEach(block -> blocks.put(block, SourceClass.POD));
        } else if (pods instanceof LocalDetector.ByInterface byInterface) {
            interfaces.forEach((index, name) -> {
                if (byInterface.matches(name)) {
                    indexes.put(index, SourceClass.POD);
                }
            });
        }
        nodeAddresses.forEach(address -> blocks.put(Cidr.host(address), SourceClass.NODE));
        lookup.classify(blocks, indexes);
    }
}
