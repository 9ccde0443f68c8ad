package io.ballast.netty.capability;

import io.ballast.netty.InterceptionFeatures;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.capability.CapabilityReport.FeatureState;
import io.ballast.netty.clientip.ClientAddressFeature;
import io.ballast.netty.clientip.ClientAddressProbe;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.Sysctl;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.linux.bpf.SocketLookups;
import io.ballast.netty.linux.nft.Nftables;
import io.ballast.netty.linux.uring.CallBatch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Tries each feature with the daemon's own probes. Stateless. */
final class KernelFeatures {
    private static final String NEEDS_ADMIN = "needs " + Capability.NET_ADMIN;

    private KernelFeatures() {}

    static List<FeatureState> probe() {
        String nftables = Nftables.unavailability().orElse("");
        String lookup = SocketLookups.unavailability().orElse("");
        String pins = lookup.isEmpty()
                ? SocketLookups.pinsUnavailability(KernelNumbers.PINS).orElse("")
                : "needs sk-lookup";
        return Stream.of(routes(), rules(nftables), steering(nftables, lookup, pins), clientAddresses(), sockets())
                .flatMap(List::stream)
                .toList();
    }

    private static List<FeatureState> routes() {
        String admin = Capability.effective().contains(Capability.NET_ADMIN) ? "" : NEEDS_ADMIN;
        return List.of(
                FeatureState.of(
                        "native-calls",
                        SystemCalls.unavailability().orElse(""),
                        "everything below; Services are served on 127.0.0.0/8 only"),
                FeatureState.of(
                        InterceptionFeatures.Feature.LOCAL_ROUTES.label(),
                        admin,
                        "ClusterIPs outside of 127.0.0.0/8 are not served"),
                FeatureState.of(
                        InterceptionFeatures.Feature.POLICY_ROUTES.label(),
                        admin,
                        "external IPs and load balancer addresses that no interface has are not served"));
    }

    private static List<FeatureState> rules(String nftables) {
        return List.of(FeatureState.of(
                InterceptionFeatures.Feature.NFTABLES.label(),
                nftables,
                "external addresses without endpoints stay silent instead of refusing, other ports of ClusterIPs"
                        + " reach the host's processes with --intercept=bind, the host announces Service"
                        + " addresses by ARP, frontends take conntrack entries"));
    }

    private static List<FeatureState> steering(String nftables, String lookup, String pins) {
        return List.of(
                FeatureState.of(
                        InterceptionFeatures.Feature.SK_LOOKUP.label(),
                        lookup,
                        "one socket for each frontend; frontends on ports that host processes hold on the wildcard"
                                + " address fail"),
                FeatureState.of(
                        InterceptionFeatures.Feature.SK_LOOKUP_PINS.label(),
                        pins,
                        "after kill -9 only nftables guards ClusterIPs until the next start"),
                FeatureState.of(
                        InterceptionFeatures.Feature.CRASH_GUARD.label(),
                        InterceptionFeatures.crashGuard(nftables.isEmpty(), pins.isEmpty()),
                        "after kill -9 ClusterIPs lead to whatever the host has on their ports"),
                FeatureState.of(
                        InterceptionFeatures.Feature.RAW_SOCKETS.label(),
                        InterceptionFeatures.rawSockets(),
                        "UDP frontends on ports that host processes hold on the wildcard address fail, and clients are not"
                                + " told that an endpoint's port is closed"));
    }

    private static List<FeatureState> clientAddresses() {
        Map<ClientAddressFeature, String> probed = ClientAddressProbe.run();
        return List.of(
                FeatureState.of(
                        ClientAddressFeature.CLIENT_IP.label(),
                        probed.getOrDefault(ClientAddressFeature.CLIENT_IP, ""),
                        "endpoints see the node's address instead of the client's"),
                FeatureState.of(
                        ClientAddressFeature.CLIENT_IP_BRIDGES.label(),
                        probed.getOrDefault(ClientAddressFeature.CLIENT_IP_BRIDGES, ""),
                        "endpoints behind the same bridge as their client see the node's address"));
    }

    private static List<FeatureState> sockets() {
        return List.of(
                FeatureState.of(
                        "low-ports", lowPorts(), "frontends below port 1024 on addresses of the node are not served"),
                FeatureState.of(
                        CallBatch.FEATURE,
                        CallBatch.unavailability().orElse(""),
                        "each socket is read and written with system calls of its own, for which TCP under load takes more"
                                + " CPU time; seccomp profiles and kernel.io_uring_disabled decide"));
    }

    private static String lowPorts() {
        Set<Capability> effective = Capability.effective();
        boolean free = Sysctl.read("net.ipv4.ip_unprivileged_port_start")
                .filter(start -> start.matches("[01]"))
                .isPresent();
        return free || effective.contains(Capability.NET_BIND_SERVICE) ? "" : "needs " + Capability.NET_BIND_SERVICE;
    }
}
