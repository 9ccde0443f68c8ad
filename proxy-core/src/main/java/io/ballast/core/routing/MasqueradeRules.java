package io.ballast.core.routing;

import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.TrafficPolicy;
import java.util.EnumSet;
import java.util.Set;

/**
 * When kube-proxy would replace the client's address by the node's. <em>Immutable.</em>
 *
 * @param masqueradeAll masquerade everything sent to ClusterIPs
 * @param detecting families in which a {@code detectLocalMode} is in force and has what it needs
 */
public record MasqueradeRules(boolean masqueradeAll, Set<IpFamily> detecting) {
    public MasqueradeRules {
        detecting = Set.copyOf(detecting);
    }

    /** The same for both families. */
    public MasqueradeRules(boolean masqueradeAll, boolean detectorConfigured) {
        this(masqueradeAll, detectorConfigured ? EnumSet.allOf(IpFamily.class) : EnumSet.noneOf(IpFamily.class));
    }

    /** The two short circuits of external policy Local: local pods (where they can be told) and this node. */
    boolean isInside(Source source, IpFamily family) {
        return isLocalPod(source, family) || source.thisNode();
    }

    private boolean isLocalPod(Source source, IpFamily family) {
        return detecting.contains(family) && source.detectedLocal();
    }

    boolean applies(FrontendKind kind, TrafficPolicy policy, Source source, IpFamily family) {
        boolean localPod = isLocalPod(source, family);
        if (!kind.isExternal()) {
            return masqueradeAll || (detecting.contains(family) && !localPod);
        }
        return policy != TrafficPolicy.LOCAL || (!localPod && source.thisNode());
    }
}
