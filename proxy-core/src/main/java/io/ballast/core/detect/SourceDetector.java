package io.ballast.core.detect;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.Source;
import io.ballast.core.routing.SourceClassifier;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Tells where a client is, from the detector of {@code detectLocalMode}, the node's own addresses and pod CIDRs, and
 * the routes of this node. <em>Thread-safe</em>: facts are replaced as a whole through one volatile field.
 *
 * <p>A pod of this node is an address in the Node's {@code podCIDRs}, or one that is on-link through an interface other
 * than the one that holds the node's InternalIP: many clusters leave {@code podCIDRs} empty.
 */
public final class SourceDetector implements SourceClassifier {
    private final RouteLookup routes;
    private final IntFunction<String> interfaceNames;
    private volatile Facts facts = new Facts(LocalDetector.NONE, Set.of(), List.of());

    /**
     * @param interfaceNames the name of the interface with an index, {@code ""} where there is none: then the one that
     *     leads back to the client counts
     */
    public SourceDetector(RouteLookup routes, IntFunction<String> interfaceNames) {
        this.routes = routes;
        this.interfaceNames = interfaceNames;
    }

    /**
     * What is known of the node. <em>Immutable.</em>
     *
     * @param nodeAddresses every address of the node's interfaces
     * @param podCidrs of this node
     */
    public record Facts(LocalDetector detector, Set<IpAddress> nodeAddresses, List<Cidr> podCidrs) {
        public Facts {
            nodeAddresses = Set.copyOf(nodeAddresses);
            podCidrs = List.copyOf(podCidrs);
        }
    }

    /** Sync thread. */
    public void update(Facts newFacts) {
        facts = newFacts;
    }

    public Facts facts() {
        return facts;
    }

    @Override
    public boolean asksForIngress() {
        return facts.detector() instanceof LocalDetector.ByInterface;
    }

    @Override
    public Source classify(IpAddress client) {
        return classify(client, 0);
    }

    @Override
    public Source classify(IpAddress client, int ingress) {
        Facts known = facts;
        boolean thisNode = client.isLoopback() || known.nodeAddresses().contains(client);
        RouteLookup.Hop hop = thisNode ? RouteLookup.Hop.UNKNOWN : routes.lookup(client);
        boolean podHere = !thisNode
                && (known.podCidrs().stream().anyMatch(cidr -> cidr.contains(client))
                        || (hop.onLink() && !hop.uplink()));
        return new Source(known.detector().isLocal(client, came(hop, ingress)), thisNode, podHere);
    }

    /** The way in where it is known, which kube-proxy goes by; else the way back. */
    private RouteLookup.Hop came(RouteLookup.Hop back, int ingress) {
        String name = ingress == 0 ? "" : interfaceNames.apply(ingress);
        return name.isEmpty() ? back : new RouteLookup.Hop(name, back.onLink(), back.uplink());
    }
}
