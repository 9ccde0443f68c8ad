package io.ballast.netty.cleanup;

import io.ballast.netty.linux.HostCommand;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.netlink.Link;
import io.ballast.netty.linux.netlink.RouteNetlink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes what kube-proxy left in the network namespace of the calling thread, in whichever mode it ran: its nftables
 * tables, its chains in iptables (legacy and nft, both families), its IPVS virtual servers, ip sets and interface.
 * Stateless.
 */
public final class KubeProxyCleanup {
    /** Of kube-proxy's nftables mode ({@code pkg/proxy/nftables}). */
    private static final Set<String> TABLES = Set.of("ip kube-proxy", "ip6 kube-proxy");

    private KubeProxyCleanup() {}

    /** Removes all there is; one thing that cannot be removed keeps no other. */
    public static List<Removal> run() {
        List<Removal> removals = new ArrayList<>(NftTables.remove(TABLES::contains, "kube-proxy"));
        for (String program : List.of("iptables", "ip6tables")) {
            removals.addAll(iptables(program));
        }
        try (RouteNetlink netlink = RouteNetlink.open()) {
            removals.addAll(Ipvs.remove(netlink));
        } catch (SystemCallException e) {
            removals.add(Removal.failed("interface " + Link.KUBE_IPVS, e));
        }
        return removals;
    }

    /** Both of a host's rule sets, if its program can tell them apart, otherwise that of its only program. */
    private static List<Removal> iptables(String program) {
        List<String> variants = Stream.of(program + "-legacy", program + "-nft")
                .filter(variant -> HostCommand.isInstalled(variant + "-save"))
                .toList();
        if (variants.isEmpty() && HostCommand.isInstalled(program + "-save")) {
            variants = List.of(program);
        }
        if (variants.isEmpty()) {
            return List.of(Removal.skipped(
                    program + " chains of kube-proxy",
                    program + "-save is not installed; where kube-proxy ran in iptables or ipvs mode, install the"
                            + " package iptables and run this again, or restart the node"));
        }
        return variants.stream()
                .map(KubeProxyCleanup::clean)
                .flatMap(List::stream)
                .toList();
    }

    private static List<Removal> clean(String variant) {
        String what = variant + " chains of kube-proxy";
        try {
            IptablesLeftovers leftovers = IptablesLeftovers.of(HostCommand.run("", variant + "-save"));
            if (leftovers.isEmpty()) {
                return List.of();
            }
            HostCommand.run(leftovers.restoreCommands(), variant + "-restore", "--noflush", "--wait=5");
            List<Removal> removals = new ArrayList<>();
            leftovers
                    .jumps()
                    .forEach((table, jumps) -> jumps.forEach(
                            jump -> removals.add(Removal.removed(variant + " -t " + table + " rule " + jump))));
            leftovers
                    .chains()
                    .forEach((table, chains) -> chains.forEach(
                            chain -> removals.add(Removal.removed(variant + " -t " + table + " chain " + chain))));
            return removals;
        } catch (IOException e) {
            return List.of(Removal.failed(what, String.valueOf(e.getMessage())));
        }
    }
}
