package io.ballast.core.tracking;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The node's own addresses, at most one of each family: kube-proxy's {@code getNodeIPs} and {@code detectNodeIPs}.
 * <em>Immutable.</em>
 *
 * @param addresses the primary one first; empty when nothing is known
 */
public record NodeIps(List<IpAddress> addresses) {
    public static final NodeIps UNKNOWN = new NodeIps(List.of());

    public NodeIps {
        addresses = List.copyOf(addresses);
    }

    /**
     * InternalIPs count before ExternalIPs. A specific {@code --bind-address} replaces the address of its family and
     * makes that family the primary one.
     *
     * @param node null while the Node object is not known
     * @param bindAddress null, or unspecified, when it names no address
     */
    public static NodeIps detect(@Nullable Node node, @Nullable IpAddress bindAddress) {
        Stream<IpAddress> bound = Stream.ofNullable(bindAddress).filter(ip -> !ip.isUnspecified());
        Stream<IpAddress> listed = node == null
                ? Stream.empty()
                : Stream.concat(node.internalIps().stream(), node.externalIps().stream())
                        .map(String::strip)
                        .map(IpAddress::tryParse)
                        .flatMap(Optional::stream);
        List<IpAddress> all = Stream.concat(bound, listed).toList();
        IpFamily primary = all.isEmpty() ? IpFamily.IPV4 : all.get(0).family();
        IpFamily secondary = primary == IpFamily.IPV4 ? IpFamily.IPV6 : IpFamily.IPV4;
        return new NodeIps(Stream.of(primary, secondary)
                .flatMap(family -> first(all, family).stream())
                .toList());
    }

    private static Optional<IpAddress> first(List<IpAddress> all, IpFamily family) {
        return all.stream().filter(ip -> ip.family() == family).findFirst();
    }

    public Optional<IpAddress> of(IpFamily family) {
        return first(addresses, family);
    }

    public Set<IpAddress> toSet() {
        return Set.copyOf(addresses);
    }
}
