package io.ballast.netty;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.InterceptionFeatures.Feature;
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
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.repair.Repairs;
import io.ballast.netty.repair.Repairs.Part;
import io.ballast.netty.udp.UdpDatapath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The best interception that this kernel and these privileges allow, put together feature by feature: what is missing
 * costs what needs it and nothing else. <em>Confined to the sync thread</em>, but for {@link #features}.
 */
public final class Interception implements AutoCloseable {
    private final Settings settings;
    private final Sockets sockets;
    private final NodeNetwork network;
    private final Deque<Resource> resources = new ArrayDeque<>();
    private final PacketSetup packets;
    private final InterceptionFeatures features;
    private final Repairs repairs = new Repairs(Ticker.system());
    private final KernelWatch watch;
    private final FrontendFacts facts;
    private @Nullable InsideSources inside;
    private @Nullable InterceptionMode started;

    /** Which interceptor to use: {@code --intercept}. */
    public enum Mode {
        AUTO,
        SK_LOOKUP,
        BIND
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
        features = InterceptionFeatures.probe(
                settings.mode(), packets, sockets.tcp().hasDescriptors());
        watch = new KernelWatch(repairs, network);
        resources.push(watch::close);
        if (features.has(Feature.NFTABLES)) {
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
        return features.has(Feature.SK_LOOKUP) ? SkLookupInterceptor.MODE : BindInterceptor.MODE;
    }

    /** What there is, and why not the rest. Any thread. */
    public InterceptionFeatures features() {
        return features;
    }

    /**
     * Begins to intercept, once what to serve is known; goes on with what an earlier process left or hands over.
     */
    public TrafficInterceptor start(Inheritance inheritance) {
        InterceptionMode mode = features.has(Feature.SK_LOOKUP) ? socketLookup(inheritance) : bind(inheritance);
        started = mode;
        if (inside != null) {
            mode.classify(inside);
        }
        return mode.interceptor();
    }

    private InterceptionMode bind(Inheritance inheritance) {
        ClusterIpRoutes clusterIps = clusterIps(new NetlinkClusterIps.Guard(packets::guard, packets::unguard));
        return new BindMode(
                new BindInterceptor(sockets.boundTcp(), sockets.udp(), clusterIps, packets.rules(), facts),
                inheritance.lookup());
    }

    private InterceptionMode socketLookup(Inheritance inheritance) {
        LookupAttachment attached = LookupAttachment.open(inheritance, features.has(Feature.SK_LOOKUP_PINS), sockets);
        resources.push(attached::close);
        ClusterIpRoutes clusterIps = clusterIps(new NetlinkClusterIps.Guard(
                addresses -> {
                    attached.guard(addresses);
                    packets.guard(addresses);
                },
                addresses -> {
                    attached.unguard(addresses);
                    packets.unguard(addresses);
                }));
        SkLookupInterceptor interceptor = new SkLookupInterceptor(
                attached.lookup(),
                new SkLookupInterceptor.Listeners(
                        attached.listeners(),
                        SteeredSockets.udp(attached.lookup(), sockets.udp(), inheritance.shared())),
                sockets.boundTcp(),
                sockets.udp(),
                clusterIps,
                packets.rules(),
                facts);
        return new SocketLookupMode(interceptor, attached, sockets.udp(), network, packets.hasKernelRules());
    }

    private ClusterIpRoutes clusterIps(NetlinkClusterIps.Guard guard) {
        if (!features.has(Feature.LOCAL_ROUTES)) {
            return new LoopbackOnly(features.reason(Feature.LOCAL_ROUTES));
        }
        RouteNetlink netlink = RouteNetlink.open();
        resources.push(netlink::close);
        return new NetlinkClusterIps(netlink.localRoutes(), settings.nodeIp(), network::isOwn, guard);
    }

    /** The socket lookup as a successor needs it; empty in {@code bind} mode. */
    public List<Integer> offeredLookup() {
        return started == null ? List.of() : started.offeredLookup();
    }

    /** Where the listeners of the socket lookup are bound. */
    public List<SocketKey> sharedListeners() {
        return started == null ? List.of() : started.sharedListeners();
    }

    /** The first table is in force: accepts from what was handed over. */
    public void accept() {
        if (started != null) {
            started.accept();
        }
    }

    /**
     * The first table is served and an earlier process accepts no more: its part of the kernel's state is ours now. What
     * others take is put back from now on: until here that process may have had its own way with it.
     */
    public void settle() {
        InterceptionMode mode = started;
        if (mode != null) {
            mode.settle();
            packets.settle();
            keepUp(mode);
        }
    }

    private void keepUp(InterceptionMode mode) {
        if (features.has(Feature.NFTABLES)) {
            repairs.restoreWith(Part.NFTABLES, packets::restoreTables);
        }
        repairs.restoreWith(Part.POLICY_ROUTES, packets::restoreRouting);
        if (features.has(Feature.LOCAL_ROUTES)) {
            repairs.restoreWith(Part.LOCAL_ROUTES, () -> mode.interceptor().restore().stream()
                    .map(address -> "route to " + address)
                    .toList());
        }
        mode.keepUp(repairs, watch);
    }

    /** What others took and this process put back. */
    public Repairs repairs() {
        return repairs;
    }

    /** Accepts no more clients; open connections stay. */
    public void stopAccepting() {
        if (started != null) {
            started.interceptor().close();
        }
    }

    /** Tells the kernel who counts as inside where external policy Local lets only those in. */
    public void classify(InsideSources sources) {
        inside = sources;
        packets.inside(sources);
        if (started != null) {
            started.classify(sources);
        }
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
