package io.ballast.core.tracking;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Service;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The addresses of a Service, parsed; a bad one is a problem and is left out, blank ones are left out silently
 * (kube-proxy's {@code MapIPsByIPFamily}, {@code MapCIDRsByIPFamily}, {@code GetClusterIPByFamily}). <em>Immutable.</em>
 */
record ServiceAddresses(
        List<IpAddress> clusterIps,
        Set<IpAddress> externalIps,
        Set<IpAddress> loadBalancerIps,
        List<Cidr> sourceRanges) {

    /** What one family sees. */
    record OfFamily(
            IpAddress clusterIp,
            List<IpAddress> externalIps,
            List<IpAddress> loadBalancerIps,
            List<Cidr> sourceRanges) {}

    /**
     * @param allowExternalIps whether {@code externalIPs} count at all
     */
    static ServiceAddresses read(Service service, boolean allowExternalIps, Consumer<Problem> problems) {
        Set<IpAddress> externalIps = new LinkedHashSet<>();
        for (String text : allowExternalIps ? service.externalIps() : List.<String>of()) {
            address(text, "externalIPs", problems).ifPresent(externalIps::add);
        }
        Set<IpAddress> loadBalancerIps = new LinkedHashSet<>();
        for (Service.Ingress ingress : service.ingress()) {
            // KEP-1860: what goes to an address of mode Proxy has to leave the node and meet the load balancer.
            if (!ingress.ipMode().equals("Proxy")) {
                address(ingress.ip(), "status.loadBalancer.ingress", problems).ifPresent(loadBalancerIps::add);
            }
        }
        List<Cidr> ranges = new ArrayList<>(service.loadBalancerSourceRanges().size());
        for (String text : service.loadBalancerSourceRanges()) {
            range(text, problems).ifPresent(ranges::add);
        }
        return new ServiceAddresses(clusterIps(service, problems), externalIps, loadBalancerIps, ranges);
    }

    Optional<IpAddress> clusterIp(IpFamily family) {
        return clusterIps.stream().filter(ip -> ip.family() == family).findFirst();
    }

    /** Call only where there is a {@link #clusterIp} of the family. */
    OfFamily of(IpFamily family) {
        return new OfFamily(
                clusterIp(family).orElseThrow(),
                ofFamily(externalIps, family),
                ofFamily(loadBalancerIps, family),
                sourceRanges(family));
    }

    private static List<IpAddress> ofFamily(Set<IpAddress> addresses, IpFamily family) {
        if (addresses.isEmpty()) {
            return List.of();
        }
        return addresses.stream().filter(ip -> ip.family() == family).toList();
    }

    /** Empty means unrestricted, which is also what a range that covers everything means. */
    private List<Cidr> sourceRanges(IpFamily family) {
        if (sourceRanges.isEmpty()) {
            return List.of();
        }
        List<Cidr> ranges =
                sourceRanges.stream().filter(range -> range.family() == family).toList();
        return ranges.stream().anyMatch(Cidr::isEverything) ? List.of() : ranges;
    }

    /** Without {@code ipFamilies} the single {@code clusterIP}; else {@code clusterIPs}, matched by index. */
    private static List<IpAddress> clusterIps(Service service, Consumer<Problem> problems) {
        if (service.ipFamilies().isEmpty()) {
            return address(service.clusterIp(), "clusterIP", problems).stream().toList();
        }
        List<IpAddress> found = new ArrayList<>(2);
        int usable = Math.min(service.ipFamilies().size(), service.clusterIps().size());
        for (int i = 0; i < usable; i++) {
            IpFamily family = service.ipFamilies().get(i);
            Optional<IpAddress> address = address(service.clusterIps().get(i), "clusterIPs", problems);
            if (address.isPresent() && address.get().family() != family) {
                problems.accept(new Problem(
                        Problem.ADDRESS,
                        "clusterIPs: \"" + address.get() + "\" is not an " + family
                                + " address, as ipFamilies says. The family is not served."));
            } else {
                address.ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<IpAddress> address(String text, String field, Consumer<Problem> problems) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return Optional.empty();
        }
        Optional<IpAddress> address = IpAddress.tryParse(trimmed).filter(ServiceAddresses::canBeServed);
        if (address.isEmpty()) {
            problems.accept(new Problem(
                    Problem.ADDRESS,
                    field + ": " + Problem.quoted(trimmed)
                            + " is not an address that can be served. It is left out until it is corrected."));
        }
        return address;
    }

    /** A route to a group or to a neighbour's link-local address would keep the host's own packets from it. */
    private static boolean canBeServed(IpAddress address) {
        return !address.isUnspecified() && !address.isMulticastOrBroadcast() && !address.needsZone();
    }

    private static Optional<Cidr> range(String text, Consumer<Problem> problems) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return Optional.empty();
        }
        Optional<Cidr> range = Cidr.tryParse(trimmed);
        if (range.isEmpty()) {
            problems.accept(new Problem(
                    Problem.ADDRESS,
                    "loadBalancerSourceRanges: " + Problem.quoted(trimmed)
                            + " is not a CIDR such as 192.0.2.0/24. It is left out until it is corrected."));
        }
        return range;
    }
}
