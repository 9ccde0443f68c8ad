package io.ballast.core.routing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.Pick;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides where each new connection goes: frontend, source ranges, traffic policy, affinity and scheduler, client
 * address. <em>Thread-safe</em>: {@link #decide} from any event loop, takes no lock of its own.
 */
public final class Router {
    private final SourceClassifier classifier;
    private final MasqueradeRules masquerade;
    private volatile RoutingTable table = RoutingTable.EMPTY;
    private volatile Set<IpAddress> nodeIps = Set.of();
    private volatile ClientAddressReach clientAddressReach = ClientAddressReach.EVERYWHERE;

    public Router(SourceClassifier classifier, MasqueradeRules masquerade) {
        this.classifier = classifier;
        this.masquerade = masquerade;
    }

    /** Makes a new table the one in force. Sync thread. */
    public void publish(RoutingTable newTable) {
        table = newTable;
    }

    /** The table in force. */
    public RoutingTable table() {
        return table;
    }

    /** Addresses of this node as its Node object has them; they matter to source ranges. */
    public void nodeIps(Set<IpAddress> ips) {
        nodeIps = Set.copyOf(ips);
    }

    /** What the data path makes of a kept client's address; matters to explanations only. */
    public void clientAddressReach(ClientAddressReach reach) {
        clientAddressReach = reach;
    }

    /**
     * Where a new connection or session goes. A {@link Decision.Forward} holds a lease: release it when the
     * connection ends.
     *
     * @param frontend what the client dialled
     * @param tried endpoints that this connection failed to reach before
     */
    public Decision decide(Frontend frontend, AddressPort client, Set<AddressPort> tried) {
        return decide(frontend, client, 0, tried);
    }

    /** Whether the interface that a client came in through makes a difference. */
    public boolean asksForIngress() {
        return classifier.asksForIngress();
    }

    /**
     * As {@link #decide(Frontend, AddressPort, Set)}.
     *
     * @param ingress the index of the interface that the client came in through, 0 when unknown
     */
    public Decision decide(Frontend frontend, AddressPort client, int ingress, Set<AddressPort> tried) {
        FrontendRoute found = table.find(frontend);
        if (found == null) {
            return new Decision.Refuse(RefuseReason.NOT_SERVED);
        }
        if (!allowedBySourceRanges(found, client.address())) {
            return new Decision.Drop(RefuseReason.SOURCE_RANGES);
        }
        Route route = found.route();
        if (!route.endpoints().hasAny()) {
            return new Decision.Refuse(RefuseReason.NO_ENDPOINTS);
        }
        Source source = classifier.classify(client.address(), ingress);
        EndpointScope scope = scope(found, source);
        if (scope == EndpointScope.LOCAL && route.endpoints().local().isEmpty()) {
            return new Decision.Drop(RefuseReason.NO_LOCAL_ENDPOINTS);
        }
        Pick pick = pick(found, scope, client, tried);
        if (pick instanceof Pick.Picked picked) {
            ClientAddressMode mode = clientAddressMode(
                    found, source, client.address(), picked.lease().endpoint());
            return new Decision.Forward(picked.lease(), route, mode.isKept(), ingress);
        }
        return new Decision.Refuse(((Pick.Nothing) pick).reason());
    }

    /** Passes over endpoints that lead back here. */
    private Pick pick(FrontendRoute found, EndpointScope scope, AddressPort client, Set<AddressPort> tried) {
        Route route = found.route();
        Set<AddressPort> excluded = tried;
        while (true) {
            Pick pick = route.balancer().acquire(scope, client, found.frontend(), excluded);
            if (!(pick instanceof Pick.Picked picked)
                    || !leadsBack(route, picked.lease().endpoint())) {
                return pick;
            }
            picked.lease().connectFailed();
            picked.lease().release();
            route.stats().connectFailed(ConnectFailure.OTHER);
            excluded = new HashSet<>(excluded);
            excluded.add(picked.lease().endpoint().address());
        }
    }

    boolean leadsBack(Route route, Endpoint endpoint) {
        return Chains.leadsBack(table, route, endpoint.address());
    }

    /**
     * Where a UDP session goes on that an earlier process opened: to its endpoint, as long as that serves, whatever
     * policies say of new clients. Release the lease when the session ends.
     */
    public Optional<Decision.Forward> resume(Frontend frontend, AddressPort client, AddressPort endpoint) {
        FrontendRoute found = table.find(frontend);
        if (found == null || !found.route().servingEndpoints().contains(endpoint)) {
            return Optional.empty();
        }
        Route route = found.route();
        return Optional.of(new Decision.Forward(route.balancer().resume(endpoint, client), route, false, 0));
    }

    /**
     * What {@link #decide} would answer to a first attempt now, step by step. Changes nothing: no count, no affinity, no
     * turn of a scheduler.
     */
    public Explanation explain(Frontend frontend, AddressPort client) {
        return new Explainer(this, frontend, client).explain();
    }

    Source classify(IpAddress client) {
        return classifier.classify(client);
    }

    String clientAddressObstacle(IpAddress client, Endpoint endpoint) {
        return clientAddressReach.obstacle(client, endpoint.address().address());
    }

    /** kube-proxy's order for external Local: local pod, then this node, then everybody else. */
    EndpointScope scope(FrontendRoute frontend, Source source) {
        if (frontend.route().servicePort().policyOf(frontend.kind()) != TrafficPolicy.LOCAL) {
            return EndpointScope.CLUSTER;
        }
        boolean inside = masquerade.isInside(source, frontend.frontend().family());
        return frontend.kind().isExternal() && inside ? EndpointScope.CLUSTER : EndpointScope.LOCAL;
    }

    ClientAddressMode clientAddressMode(FrontendRoute frontend, Source source, IpAddress client, Endpoint endpoint) {
        TrafficPolicy policy = frontend.route().servicePort().policyOf(frontend.kind());
        IpAddress target = endpoint.address().address();
        if (target.equals(client)) {
            return ClientAddressMode.HAIRPIN;
        }
        if (source.thisNode()) {
            return ClientAddressMode.CLIENT_IS_NODE;
        }
        if (masquerade.applies(
                frontend.kind(), policy, source, frontend.frontend().family())) {
            return ClientAddressMode.MASQUERADED;
        }
        if (Chains.next(table, frontend.route(), endpoint.address()) != null) {
            return ClientAddressMode.ENDPOINT_IS_FRONTEND;
        }
        if (!endpoint.local() && !source.podOfThisNode()) {
            return ClientAddressMode.REPLIES_ELSEWHERE;
        }
        if (classifier.classify(target).thisNode()) {
            return ClientAddressMode.ENDPOINT_IS_NODE;
        }
        return endpoint.local() ? ClientAddressMode.ENDPOINT_ON_THIS_NODE : ClientAddressMode.CLIENT_ON_THIS_NODE;
    }

    boolean allowedBySourceRanges(FrontendRoute frontend, IpAddress client) {
        List<Cidr> allowed = allowedSources(frontend);
        return allowed.isEmpty() || contains(allowed, client);
    }

    /**
     * Who may reach a frontend by {@code loadBalancerSourceRanges}, empty for everyone. They guard load-balancer addresses
     * only, unless the Service asks for more; a node inside the ranges may reach a load-balancer address from that very
     * address (kube-proxy's {@code allowFromNode}).
     */
    public List<Cidr> allowedSources(FrontendRoute frontend) {
        ServicePort port = frontend.route().servicePort();
        List<Cidr> ranges = isGuarded(frontend) ? port.sourceRanges() : List.of();
        if (nodeIps.stream().noneMatch(ip -> contains(ranges, ip))) {
            return ranges;
        }
        return Stream.concat(ranges.stream(), port.loadBalancerIps().stream().map(Cidr::host))
                .distinct()
                .toList();
    }

    private static boolean contains(List<Cidr> ranges, IpAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    static boolean isGuarded(FrontendRoute frontend) {
        return frontend.kind() == FrontendKind.LOAD_BALANCER_IP
                || (frontend.route().servicePort().options().sourceRangesGuardAllExternal()
                        && frontend.kind().isExternal());
    }
}
