package io.ballast.netty;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.handover.Inheritance;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.intercept.BindInterceptor;
import io.ballast.netty.intercept.ClusterIpRoutes;
import io.ballast.netty.intercept.FrontendFacts;
import io.ballast.netty.intercept.FrontendSockets;
import io.ballast.netty.intercept.InsideSources;
import io.ballast.netty.intercept.LoopbackOnly;
import io.ballast.netty.intercept.NetlinkClusterIps;
import io.ballast.netty.intercept.SkLookupInterceptor;
import io.ballast.netty.intercept.TrafficInterceptor;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.bpf.SocketLookup;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.repair.Repairs;
import io.ballast.netty.repair.Repairs.Part;
import io.ballast.netty.udp.UdpDatapath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The best interception that this kernel and these privileges allow, put together feature by feature: what is missing
 * costs what needs it and nothing else. <em>Confined to the sync thread</em>, but for {@link #features}.
 */
public final class Interception implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Interception.class);

    private final Settings settings;
    private final Deque<Resource> resources = new ArrayDeque<>();
    private final Map<Feature, String> features = new EnumMap<>(Feature.class);
    private @Nullable LookupAttachment attachment;
    /** A socket lookup that was handed over although this process binds. */
    private List<Descriptor> ended = List.of();

    private final Sockets sockets;
    private final NodeNetwork network;
    private final PacketSetup packets;
    private final Repairs repairs = new Repairs(Ticker.system());
    private final KernelWatch watch;
    private final FrontendFacts facts;
    private @Nullable InsideSources known;
    private @Nullable TrafficInterceptor interceptor;

    /** Which interceptor to use: {@code --intercept}. */
    public enum Mode {
        AUTO,
        SK_LOOKUP,
        BIND
    }

    /** What may be missing; see {@link #features}. */
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

    /**
     * @param nodeIp the node's own address in a family, from which host processes dial Services; null when unknown
     */
    public record Settings(Mode mode, KernelNumbers numbers, Function<IpFamily, @Nullable IpAddress> nodeIp) {}

    /**
     * What it needs to know besides frontends.
     *
     * @param allowedSources who may reach a frontend, empty for everyone
     */
    public record Surroundings(NodeNetwork network, Function<FrontendRoute, List<Cidr>> allowedSources) {}

    /** Where the data path takes connections from. */
    public record Sockets(TcpDatapath tcp, FrontendSockets boundTcp, UdpDatapath udp, InheritedSockets inherited) {}

    private Interception(Settings settings, Sockets sockets, Surroundings surroundings) throws IOException {
        this.settings = settings;
        this.sockets = sockets;
        network = surroundings.network();
        facts = new FrontendFacts(network::owns, surroundings.allowedSources());
        packets = new PacketSetup(settings);
        resources.push(packets::close);
        features.put(Feature.POLICY_ROUTES, packets.policyRoutesObstacle());
        features.put(Feature.NFTABLES, packets.nftablesObstacle());
        probeLookup();
        features.put(Feature.LOCAL_ROUTES, PacketSetup.mayAdminister() ? "" : PacketSetup.NEEDS_ADMIN);
        features.put(Feature.RAW_SOCKETS, rawSockets());
        features.put(Feature.CRASH_GUARD, crashGuard(works(Feature.NFTABLES), arePinned()));
        watch = new KernelWatch(repairs, network);
        resources.push(watch::close);
        if (works(Feature.NFTABLES)) {
            watch.followTables();
        }
    }

    /**
     * Sets up what can be set up; nothing is intercepted, and nothing taken from an earlier process, before
     * {@link #start}.
     *
     * @throws IOException when a mode was asked for by name and cannot be had; the message says why
     */
    public static Interception open(Settings settings, Sockets sockets, Surroundings surroundings) throws IOException {
        return new Interception(settings, sockets, surroundings);
    }

    /** The word for {@code --intercept}: {@code bind} or {@code sk-lookup}. Any thread. */
    public String mode() {
        return works(Feature.SK_LOOKUP) ? SkLookupInterceptor.MODE : BindInterceptor.MODE;
    }

    /**
     * Begins to intercept, once what to serve is known; goes on with what an earlier process left or hands over.
     */
    public TrafficInterceptor start(Inheritance inheritance) {
        ClusterIpRoutes clusterIps = clusterIps();
        ended = works(Feature.SK_LOOKUP) ? List.of() : inheritance.lookup();
        TrafficInterceptor started = works(Feature.SK_LOOKUP)
                ? socketLookup(clusterIps, inheritance)
                : new BindInterceptor(sockets.boundTcp(), sockets.udp(), clusterIps, packets.rules(), facts);
        interceptor = started;
        return started;
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

    private boolean arePinned() {
        return works(Feature.SK_LOOKUP) && works(Feature.SK_LOOKUP_PINS);
    }

    private TrafficInterceptor socketLookup(ClusterIpRoutes clusterIps, Inheritance inheritance) {
        LookupAttachment attached = LookupAttachment.open(inheritance, arePinned(), sockets);
        resources.push(attached::close);
        attachment = attached;
        if (known != null) {
            classify(known);
        }
        return new SkLookupInterceptor(
                attached.lookup(),
                new SkLookupInterceptor.Listeners(
                        attached.listeners(),
                        SteeredSockets.udp(attached.lookup(), sockets.udp(), inheritance.shared())),
                sockets.boundTcp(),
                sockets.udp(),
                clusterIps,
                packets.rules(),
                facts);
    }

    /** The socket lookup as a successor needs it; empty in {@code bind} mode. */
    public List<Integer> offeredLookup() {
        return attachment == null ? List.of() : attachment.lookup().descriptors();
    }

    /** Where the listeners of the socket lookup are bound. */
    public List<SocketKey> sharedListeners() {
        if (attachment == null) {
            return List.of();
        }
        Stream<SocketKey> tcp =
                attachment.addresses().stream().map(address -> new SocketKey(SocketKey.Use.TCP, address));
        return Stream.concat(tcp, sockets.udp().shared().stream()).toList();
    }

    /** The first table is in force: accepts from what was handed over. */
    public void accept() {
        if (attachment != null) {
            attachment.accept();
        }
    }

    /** The first table is served and an earlier process accepts no more: its part of the kernel's state is ours now. */
    public void settle() {
        if (attachment != null) {
            attachment.settle();
        } else {
            LookupAttachment.end(ended);
        }
        packets.settle();
        keepUp();
    }

    /** From now on what others take is put back: until here an earlier process may have had its own way with it. */
    private void keepUp() {
        if (works(Feature.NFTABLES)) {
            repairs.restoreWith(Part.NFTABLES, packets::restoreTables);
        }
        repairs.restoreWith(Part.POLICY_ROUTES, packets::restoreRouting);
        TrafficInterceptor intercepting = interceptor;
        if (works(Feature.LOCAL_ROUTES) && intercepting != null) {
            repairs.restoreWith(Part.LOCAL_ROUTES, () -> intercepting.restore().stream()
                    .map(address -> "route to " + address)
                    .toList());
        }
        LookupAttachment attached = attachment;
        if (attached != null) {
            repairs.restoreWith(Part.SK_LOOKUP, attached::restore);
            watch.lookAt(attached::missing);
        }
    }

    /** What others took and this process put back. */
    public Repairs repairs() {
        return repairs;
    }

    /** Accepts no more clients; open connections stay. */
    public void stopAccepting() {
        if (interceptor != null) {
            interceptor.close();
        }
    }

    /** Why each feature is missing, {@code ""} for those that work. Any thread. */
    public Map<Feature, String> features() {
        return Map.copyOf(features);
    }

    /** Tells the kernel who counts as inside where external policy Local lets only those in. */
    public void classify(InsideSources inside) {
        known = inside;
        if (packets.hasKernelRules()) {
            packets.inside(inside);
        } else if (attachment != null) {
            inside.declareTo(attachment.lookup(), network.interfaceNames());
        }
    }

    private boolean works(Feature feature) {
        return reason(feature).isEmpty();
    }

    private String reason(Feature feature) {
        return features.getOrDefault(feature, "");
    }

    private void probeLookup() throws IOException {
        if (settings.mode() == Mode.BIND) {
            features.put(Feature.SK_LOOKUP, "turned off by --intercept=bind");
            return;
        }
        String missing = sockets.tcp().hasDescriptors()
                ? SocketLookup.unavailability().orElse("")
                : "sockets of this --transport have no descriptors; use epoll";
        features.put(Feature.SK_LOOKUP, missing);
        if (missing.isEmpty()) {
            features.put(
                    Feature.SK_LOOKUP_PINS,
                    SocketLookup.pinsUnavailability(KernelNumbers.PINS).orElse(""));
        } else if (settings.mode() == Mode.SK_LOOKUP) {
            throw new IOException("--intercept=sk-lookup cannot be had here: " + missing);
        } else {
            log.atInfo().addKeyValue("reason", missing).log("Socket lookup is missing, frontends are bound one by one");
        }
    }

    private ClusterIpRoutes clusterIps() {
        if (!works(Feature.LOCAL_ROUTES)) {
            return new LoopbackOnly(reason(Feature.LOCAL_ROUTES));
        }
        RouteNetlink netlink = RouteNetlink.open();
        resources.push(netlink::close);
        return new NetlinkClusterIps(
                netlink.localRoutes(), settings.nodeIp(), new NetlinkClusterIps.Guard(this::guard, this::unguard));
    }

    private void guard(Collection<IpAddress> addresses) {
        if (attachment != null) {
            attachment.guard(addresses);
        }
        packets.guard(addresses);
    }

    private void unguard(Collection<IpAddress> addresses) {
        if (attachment != null) {
            attachment.unguard(addresses);
        }
        packets.unguard(addresses);
    }

    /** Lets go of sockets and programs; routes and rules stay, for a successor or {@code ballast cleanup}. */
    @Override
    public void close() {
        stopAccepting();
        while (!resources.isEmpty()) {
            resources.pop().close();
        }
    }

    /** A resource that closes without failing. */
    private interface Resource extends AutoCloseable {
        @Override
        void close();
    }
}
