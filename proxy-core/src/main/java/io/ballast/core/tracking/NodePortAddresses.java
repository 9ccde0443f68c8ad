package io.ballast.core.tracking;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * On which of the node's addresses NodePorts answer: {@code --nodeport-addresses}. The words {@code primary}, {@code
 * localhost} and {@code all} may be combined with each other and with CIDRs, as in KEP-6032; an empty list means all.
 * <em>Immutable.</em>
 */
public record NodePortAddresses(boolean primary, boolean localhost, boolean all, List<Cidr> cidrs) {
    /** Every address of the node's interfaces, loopback included. */
    public static final NodePortAddresses EVERY = new NodePortAddresses(false, false, false, List.of());

    /** Only the node's addresses of its Node object. */
    public static final NodePortAddresses PRIMARY = new NodePortAddresses(true, false, false, List.of());

    private static final List<String> WORDS = List.of("primary", "localhost", "all");
    private static final Cidr LOOPBACK_IPV4 = Cidr.parse("127.0.0.0/8");
    private static final Cidr LOOPBACK_IPV6 = Cidr.parse("::1/128");

    public NodePortAddresses {
        cidrs = List.copyOf(cidrs);
    }

    /**
     * Reads the entries of the flag.
     *
     * @throws IllegalArgumentException naming the first entry that is neither a CIDR nor a known word
     */
    public static NodePortAddresses parse(List<String> entries) {
        List<Cidr> cidrs = new ArrayList<>();
        for (String entry : entries) {
            if (!WORDS.contains(entry)) {
                cidrs.add(Cidr.tryParse(entry).orElseThrow(() -> unreadable(entry)));
            }
        }
        return new NodePortAddresses(
                entries.contains("primary"), entries.contains("localhost"), entries.contains("all"), cidrs);
    }

    private static IllegalArgumentException unreadable(String entry) {
        return new IllegalArgumentException("has an entry \"" + entry
                + "\" that is neither a CIDR such as 192.0.2.0/24 nor one of primary, localhost, all");
    }

    /** The entries as the flag would list them. */
    public List<String> toList() {
        Stream<String> words = Stream.of(primary ? "primary" : "", localhost ? "localhost" : "", all ? "all" : "");
        return Stream.concat(
                        words.filter(word -> !word.isEmpty()), cidrs.stream().map(Cidr::toString))
                .toList();
    }

    /**
     * Whether an address of one of the node's interfaces is among these. A family that the list says nothing about is
     * open, and so is one of which nothing but an unknown {@code primary} address was asked for (kube-proxy's
     * {@code NewNodePortAddresses}). Where a family is open, link-local addresses of IPv6 still do not
     * count; those of IPv4 do, as any address is that is local to the host.
     *
     * @param nodeAddress the node's own address of that family, if it has one
     */
    public boolean accepts(IpAddress local, Optional<IpAddress> nodeAddress) {
        if (matchesAll(local.family(), nodeAddress)) {
            return !local.needsZone();
        }
        return ranges(local.family(), nodeAddress).stream().anyMatch(range -> range.contains(local));
    }

    /**
     * Whether the family is open: every address counts (kube-proxy's {@code NodePortAddresses.MatchAll}).
     *
     * @param nodeAddress the node's own address of that family, if it has one
     */
    public boolean matchesAll(IpFamily family, Optional<IpAddress> nodeAddress) {
        List<Cidr> ranges = ranges(family, nodeAddress);
        return all || ranges.isEmpty() || ranges.stream().anyMatch(Cidr::isEverything);
    }

    private List<Cidr> ranges(IpFamily family, Optional<IpAddress> nodeAddress) {
        List<Cidr> ranges = new ArrayList<>();
        cidrs.stream().filter(cidr -> cidr.family() == family).forEach(ranges::add);
        if (localhost) {
            ranges.add(family == IpFamily.IPV4 ? LOOPBACK_IPV4 : LOOPBACK_IPV6);
        }
        if (primary) {
            nodeAddress
                    .filter(address -> address.family() == family)
                    .map(Cidr::host)
                    .ifPresent(ranges::add);
        }
        return ranges;
    }
}
