package io.ballast.netty;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.bpf.SocketLookups;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of interception this kernel and these privileges allow. <em>Immutable.</em>
 *
 * @param missing why each feature is missing, {@code ""} for those that work
 */
public record InterceptionFeatures(Map<Feature, String> missing) {
    private static final Logger log = LoggerFactory.getLogger(InterceptionFeatures.class);

    /** What may be missing; each costs what needs it and nothing else. */
    public enum Feature {
        LOCAL_ROUTES("local-routes"),
        NFTABLES("nftables"),
        POLICY_ROUTES("policy-routes"),
        SK_LOOKUP("sk-lookup"),
        SK_LOOKUP_PINS("sk-lookup-pins"),
        CRASH_GUARD("crash-guard"),
        RAW_SOCKETS("raw-sockets");

        private final String label;

        Feature(String label) {
            this.label = label;
        }

        /** The label {@code feature} of {@code ballast_capability}. */
        public String label() {
            return label;
        }
    }

    public InterceptionFeatures {
        missing = Map.copyOf(missing);
    }

    /**
     * Tries what has not been tried by setting it up.
     *
     * @throws IOException when a mode was asked for by name and cannot be had; the message says why
     */
    static InterceptionFeatures probe(Interception.Mode mode, PacketSetup packets, boolean hasDescriptors)
            throws IOException {
        Map<Feature, String> missing = new EnumMap<>(Feature.class);
        missing.put(Feature.POLICY_ROUTES, packets.policyRoutesObstacle());
        missing.put(Feature.NFTABLES, packets.nftablesObstacle());
        missing.put(Feature.LOCAL_ROUTES, PacketSetup.mayAdminister() ? "" : PacketSetup.NEEDS_ADMIN);
        missing.put(Feature.RAW_SOCKETS, rawSockets());
        String lookup = lookup(mode, hasDescriptors);
        missing.put(Feature.SK_LOOKUP, lookup);
        String pins = lookup.isEmpty()
                ? SocketLookups.pinsUnavailability(KernelNumbers.PINS).orElse("")
                : lookup;
        if (lookup.isEmpty()) {
            missing.put(Feature.SK_LOOKUP_PINS, pins);
        }
        missing.put(Feature.CRASH_GUARD, crashGuard(packets.nftablesObstacle().isEmpty(), pins.isEmpty()));
        return new InterceptionFeatures(missing);
    }

    private static String lookup(Interception.Mode mode, boolean hasDescriptors) throws IOException {
        if (mode == Interception.Mode.BIND) {
            return "turned off by --intercept=bind";
        }
        String missing = hasDescriptors
                ? SocketLookups.unavailability().orElse("")
                : withoutDescriptors(IoTransport.EPOLL.unavailability());
        if (!missing.isEmpty() && mode == Interception.Mode.SK_LOOKUP) {
            throw new IOException("--intercept=sk-lookup cannot be had here: " + missing);
        }
        if (!missing.isEmpty()) {
            log.atInfo().addKeyValue("reason", missing).log("Socket lookup is missing, frontends are bound one by one");
        }
        return missing;
    }

    /** @param epoll why the transport that has descriptors is not to be had, empty where it is */
    static String withoutDescriptors(Optional<String> epoll) {
        String remedy = epoll.map(reason -> "epoll is not available: " + reason).orElse("use epoll");
        return "sockets of this --transport have no descriptors; " + remedy;
    }

    /** Why nothing refuses on ClusterIPs once this process was killed, or "". */
    public static String crashGuard(boolean nftables, boolean pins) {
        return nftables || pins
                ? ""
                : "needs nftables, or sk-lookup with a bpf file system at " + KernelNumbers.PINS.getParent();
    }

    /** Why UDP answers cannot leave from a port that is not bound, nor ICMP be passed on, or "". */
    public static String rawSockets() {
        return Capability.effective().contains(Capability.NET_RAW) ? "" : "needs " + Capability.NET_RAW;
    }

    /** Whether it is there. A part of one that is not there is not either. */
    public boolean has(Feature feature) {
        return reason(feature).isEmpty() && (feature != Feature.SK_LOOKUP_PINS || has(Feature.SK_LOOKUP));
    }

    /** Why it is missing, or "". */
    public String reason(Feature feature) {
        return missing.getOrDefault(feature, "");
    }
}
