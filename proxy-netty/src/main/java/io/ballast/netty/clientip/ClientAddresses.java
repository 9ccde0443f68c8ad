package io.ballast.netty.clientip;

import io.ballast.core.detect.RouteLookup;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.ClientAddressReach;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.intercept.SteeringTable;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.linux.nft.Nftables;
import io.ballast.netty.linux.nft.TableContents;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that lets endpoints see the client's address: probes, sets up the kernel, and chooses the local addresses
 * of sockets to endpoints. What is missing costs the client's address and never a connection. <em>Thread-safe.</em>
 */
public final class ClientAddresses implements ClientAddressReach, AutoCloseable {
    private static final String OFF = "turned off by --client-ip=never";

    /** The nftables tables, as commands and messages name them. */
    public static final Set<String> TABLES = ClientAddressRules.TABLES;

    private final Settings settings;
    private final Map<ClientAddressFeature, String> features = new EnumMap<>(ClientAddressFeature.class);
    private final Map<ClientAddressFallback, LongAdder> fallbacks = new EnumMap<>(ClientAddressFallback.class);
    private @Nullable ClientAddressRules rules;
    private @Nullable Bridges bridges;
    /** Whether the rules stay for another process, although it was this one that loaded them last. */
    private volatile boolean left;
    /** Whether rules of an earlier process may be there, which this one has no use for. Sync thread. */
    private boolean leftovers;

    /**
     * @param wanted {@code --client-ip} is not {@code never}
     * @param transportObstacle why sockets of the transport cannot bear foreign addresses, or ""
     * @param nodeIp the node's own address in a family, null when unknown; may change
     * @param routes where this host would send packets
     */
    public record Settings(
            boolean wanted,
            String transportObstacle,
            KernelNumbers numbers,
            ReservedPorts ports,
            Function<IpFamily, @Nullable IpAddress> nodeIp,
            RouteLookup routes) {}

    private ClientAddresses(Settings settings) {
        this.settings = settings;
        for (ClientAddressFallback reason : ClientAddressFallback.values()) {
            fallbacks.put(reason, new LongAdder());
        }
        for (ClientAddressFeature feature : ClientAddressFeature.values()) {
            features.put(feature, OFF);
        }
        leftovers = !settings.wanted();
        if (settings.wanted()) {
            setUp();
        }
    }

    /** Probes and sets up, in the network namespace of the calling thread. */
    public static ClientAddresses open(Settings settings) {
        return new ClientAddresses(settings);
    }

    private void setUp() {
        features.putAll(ClientAddressProbe.run());
        String obstacle = Stream.of(settings.transportObstacle(), reason(ClientAddressFeature.CLIENT_IP))
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .orElseGet(this::steeringObstacle);
        if (!obstacle.isEmpty()) {
            features.replaceAll((feature, reason) -> obstacle);
            return;
        }
        ClientAddressRules installed = new ClientAddressRules(Nftables.open(), settings.numbers(), settings.ports());
        installed.installReplies();
        rules = installed;
        if (reason(ClientAddressFeature.CLIENT_IP_BRIDGES).isEmpty()) {
            installed.installBridges();
            bridges = new Bridges(this::isNodeIp, installed::lift);
        }
    }

    private String steeringObstacle() {
        try (RouteNetlink netlink = RouteNetlink.open()) {
            return SteeringTable.ensure(netlink, settings.numbers(), settings.nodeIp());
        }
    }

    private boolean isNodeIp(IpAddress address) {
        return address.equals(settings.nodeIp().apply(address.family()));
    }

    /**
     * No other process serves or has connections: rules that one of them has left, and this one was told not to use, go.
     * Bridges would be followed by nobody, and frames must not be lifted to a MAC address of yesterday. Sync thread.
     */
    public void removeLeftovers() {
        boolean due = leftovers && Nftables.unavailability().isEmpty();
        leftovers = false;
        if (due) {
            try (Nftables nftables = Nftables.open()) {
                ClientAddressRules.removeAll(nftables);
            }
        }
    }

    /** Why each feature is missing, "" for those that work. */
    public Map<ClientAddressFeature, String> features() {
        return Map.copyOf(features);
    }

    private String reason(ClientAddressFeature feature) {
        return Objects.requireNonNull(features.get(feature));
    }

    /** Connections and sessions that use the node's address although the client's was wanted. */
    public long fallbacks(ClientAddressFallback reason) {
        return counter(reason).sum();
    }

    private LongAdder counter(ClientAddressFallback reason) {
        return Objects.requireNonNull(fallbacks.get(reason));
    }

    /** A binder for the sockets of one transport protocol: ports of others are none of its business. */
    public UpstreamBinder newBinder() {
        if (rules != null) {
            return new TransparentBinder(
                    new ClientPortAllocator(settings.ports()),
                    this::repliesComeBack,
                    counter(ClientAddressFallback.PORTS));
        }
        if (!settings.wanted()) {
            return UpstreamBinder.NODE_ADDRESS;
        }
        return (client, decision) -> {
            if (decision.keepClientAddress()) {
                counter(ClientAddressFallback.UNAVAILABLE).increment();
            }
            return null;
        };
    }

    private boolean repliesComeBack(IpAddress client, IpAddress endpoint) {
        boolean comeBack = pathObstacle(client, endpoint).isEmpty();
        if (!comeBack) {
            counter(ClientAddressFallback.PATH).increment();
        }
        return comeBack;
    }

    /** Neighbours on one link reach each other without this host, but where it lifts frames from their bridge. */
    private String pathObstacle(IpAddress client, IpAddress endpoint) {
        RouteLookup.Hop toEndpoint = settings.routes().lookup(endpoint);
        RouteLookup.Hop toClient = settings.routes().lookup(client);
        String link = toEndpoint.interfaceName();
        boolean neighbours = toEndpoint.onLink() && toClient.onLink() && link.equals(toClient.interfaceName());
        if (!neighbours || (bridges != null && bridges.isLifted(link))) {
            return "";
        }
        String missing = reason(ClientAddressFeature.CLIENT_IP_BRIDGES);
        return "both are behind " + link + (missing.isEmpty() ? ", whose frames are not lifted" : ", and " + missing);
    }

    @Override
    public String obstacle(IpAddress client, IpAddress endpoint) {
        String missing = reason(ClientAddressFeature.CLIENT_IP);
        return missing.isEmpty() ? pathObstacle(client, endpoint) : missing;
    }

    /** Looks again which interface is the uplink. Sync thread. */
    public void refresh() {
        if (bridges != null) {
            bridges.refresh();
        }
    }

    /** Loads the rules anew, in the place of whatever is left of them; returns what was not as it is now. Sync thread. */
    public List<String> restore() {
        ClientAddressRules installed = rules;
        if (installed == null) {
            return List.of();
        }
        TableContents before = installed.contents();
        installed.restoreReplies();
        if (bridges != null) {
            installed.restoreBridges();
            bridges.refresh();
        }
        String tables = bridges == null
                ? "table inet ballast-clients"
                : "tables inet ballast-clients and bridge ballast-clients";
        return installed.contents().equals(before) ? List.of() : List.of(tables);
    }

    /** The rules are this process's from now on, whoever has loaded them last: it serves. */
    public void own() {
        if (rules != null) {
            rules.own();
        }
    }

    /** The rules stay for another process, which serves or is about to, even where it was this one that loaded them. */
    public void leave() {
        left = true;
    }

    /** Lets go; rules that no other process has taken over are removed. To be called when no connection is left. */
    @Override
    public void close() {
        if (bridges != null) {
            bridges.close();
        }
        if (rules != null) {
            if (!left) {
                rules.remove();
            }
            rules.close();
        }
    }
}
